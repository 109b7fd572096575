#!/usr/bin/env bash
# Runs the scenarios of bench/ against the release binary; arguments go to the driver.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

have python3 || install_debian "Python" python3 python3-venv
TEST_DATABASE_URL="$(scripts/ensure-postgres.sh)"
REDIS_URL="$(scripts/ensure-redis.sh)"
FRONTDESK_BIN="$ROOT/target/release/frontdesk"
export TEST_DATABASE_URL REDIS_URL FRONTDESK_BIN
exec python3 bench/run.py "$@"
