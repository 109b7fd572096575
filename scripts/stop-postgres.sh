#!/usr/bin/env bash
# Stops the private PostgreSQL cluster that ensure-postgres.sh started, if it did, and removes its files.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

private="$ROOT/target/postgres"
as_server() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    private="/var/tmp/frontdesk-postgres-$(printf '%s' "$ROOT" | cksum | cut -d ' ' -f 1)"
    as_server() { runuser -u postgres -- "$@"; }
fi
if [ ! -d "$private" ]; then
    say "there is no private PostgreSQL cluster"
    exit 0
fi
if [ -f "$private/data/postmaster.pid" ]; then
    bin="$(find /usr/lib/postgresql -maxdepth 3 -path '*/bin/pg_ctl' | sort -V | tail -n 1)"
    as_server "$bin" --pgdata="$private/data" --mode=fast --wait stop >&2
fi
rm -rf "$private"
say "the private PostgreSQL cluster is gone"
