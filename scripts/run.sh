#!/usr/bin/env bash
# Starts the house with nothing configured: SQLite and files in DATA_DIR, simulators in place of the outside services,
# and a demo business on the first start. What is set in the environment is kept.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

export PORT="${PORT:-3000}"
export DATA_DIR="${DATA_DIR:-./data}"
export SIMULATORS="${SIMULATORS:-on}"

frontdesk=target/release/frontdesk
[ -x "$frontdesk" ] || die "$frontdesk is missing: run make build"
mkdir -p "$DATA_DIR"
"$frontdesk" demo --if-empty
say "Frontdesk: http://localhost:$PORT   (data in $DATA_DIR, stop with Ctrl-C)"
exec "$frontdesk" serve
