#!/usr/bin/env bash
# Finds or starts a PostgreSQL for tests and benchmarks, and prints the address of a database whose role may create
# others. In this order: TEST_DATABASE_URL; a server on 127.0.0.1:5432 that trusts us; the stopped cluster of Debian;
# a private cluster of our own, which stays running for the next time (scripts/stop-postgres.sh ends it).
set -euo pipefail
. "$(dirname "$0")/lib.sh"

POSTGRES_MIN=140000

# answers URL: it is new enough and its role may create databases.
answers() {
    local said
    said="$(PGCONNECT_TIMEOUT=5 psql --no-psqlrc --no-password -qtAX "$1" -c \
        "select current_setting('server_version_num')::int >= $POSTGRES_MIN and (rolcreatedb or rolsuper)
           from pg_roles where rolname = current_user" 2>/dev/null)" && [ "$said" = t ]
}

found() {
    printf '%s\n' "$1"
    exit 0
}

if [ -n "${TEST_DATABASE_URL:-}" ]; then
    have psql || install_debian "psql" postgresql-client
    answers "$TEST_DATABASE_URL" && found "$TEST_DATABASE_URL"
    die "TEST_DATABASE_URL is set, but no PostgreSQL 14 or newer answers there with a role that may create databases"
fi

# The private cluster comes first when it runs: it was started because nothing else would do.
private="$ROOT/target/postgres"
if [ "$(id -u)" -eq 0 ]; then
    # PostgreSQL refuses to run as root, and its own user may not be let into our folder.
    private="/var/tmp/frontdesk-postgres-$(printf '%s' "$ROOT" | cksum | cut -d ' ' -f 1)"
fi

private_url() {
    printf 'postgres://postgres@127.0.0.1:%s/postgres' "$(cat "$private/port")"
}

if have psql; then
    [ -f "$private/port" ] && answers "$(private_url)" && found "$(private_url)"
    for user in postgres "$(id -un)"; do
        url="postgres://$user@127.0.0.1:5432/postgres"
        answers "$url" && found "$url"
    done
fi

server_bin() {
    find /usr/lib/postgresql -maxdepth 3 -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | sort -V | tail -n 1
}

if [ -z "$(server_bin)" ] || ! have psql; then
    install_debian "PostgreSQL" postgresql
fi

# A fresh Debian cluster does not trust connections over TCP; one that was set up to, and has stopped, is started.
if [ "$(id -u)" -eq 0 ] && have pg_lsclusters; then
    while read -r version name port state _; do
        if [ "$port" = 5432 ] && [ "$state" = down ]; then
            say "starting the stopped PostgreSQL cluster $version $name"
            pg_ctlcluster --skip-systemctl-redirect "$version" "$name" start >&2 || say "it did not start"
        fi
    done < <(pg_lsclusters --no-header)
    url="postgres://postgres@127.0.0.1:5432/postgres"
    answers "$url" && found "$url"
fi

# as_server COMMAND… runs it as somebody PostgreSQL agrees to run as.
as_server() {
    if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

bin="$(server_bin)"
if [ ! -f "$private/data/PG_VERSION" ]; then
    say "making a private PostgreSQL cluster in $private"
    mkdir -p "$private"
    if [ "$(id -u)" -eq 0 ]; then chown postgres "$private"; fi
    as_server "$bin/initdb" --pgdata="$private/data" --username=postgres --auth=trust --encoding=UTF8 \
        --locale=C.UTF-8 >&2
fi
port="$(free_port)"
say "starting the private PostgreSQL cluster on 127.0.0.1:$port"
as_server "$bin/pg_ctl" --pgdata="$private/data" --log="$private/log" --wait --timeout=60 \
    --options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' -c max_connections=200" \
    start >&2 || die "PostgreSQL did not start; its log is $private/log"
printf '%s' "$port" >"$private/port"
answers "$(private_url)" || die "PostgreSQL started, but does not answer on 127.0.0.1:$port; its log is $private/log"
found "$(private_url)"
