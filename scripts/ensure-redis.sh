#!/usr/bin/env bash
# Finds or starts a Redis for tests and prints its address: REDIS_URL; a server on 127.0.0.1:6379; one of our own, which
# keeps nothing on disk and stays running for the next time.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

REDIS_MIN=7
PRIVATE_PORT=6390

# One test ends a server of its own, so the program is wanted also where one runs already.
{ have redis-cli && have redis-server; } || install_debian "Redis" redis-server

# answers URL: it is new enough and takes commands without a password other than that of the address.
answers() {
    local version
    version="$(timeout 5 redis-cli -u "$1" --no-auth-warning info server 2>/dev/null |
        tr -d '\r' | sed -n 's/^redis_version://p')" && [ -n "$version" ] && at_least "$version" "$REDIS_MIN"
}

found() {
    printf '%s\n' "$1"
    exit 0
}

if [ -n "${REDIS_URL:-}" ]; then
    answers "$REDIS_URL" && found "$REDIS_URL"
    die "REDIS_URL is set, but no Redis $REDIS_MIN or newer answers there"
fi
for port in 6379 "$PRIVATE_PORT"; do
    answers "redis://127.0.0.1:$port" && found "redis://127.0.0.1:$port"
done

have redis-server || install_debian "Redis" redis-server
say "starting a Redis of our own on 127.0.0.1:$PRIVATE_PORT"
mkdir -p "$ROOT/target/redis"
redis-server --daemonize yes --bind 127.0.0.1 --port "$PRIVATE_PORT" --save "" --appendonly no \
    --dir "$ROOT/target/redis" --logfile "$ROOT/target/redis/log" >&2
for _ in $(seq 50); do
    answers "redis://127.0.0.1:$PRIVATE_PORT" && found "redis://127.0.0.1:$PRIVATE_PORT"
    sleep 0.1
done
die "Redis did not start, or is older than $REDIS_MIN; its log is target/redis/log"
