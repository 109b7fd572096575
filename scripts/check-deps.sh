#!/usr/bin/env bash
# What came into the house: licences, bans, sources and duplicates of the crates, and that the lock file is whole.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
PATH="$TOOLS/bin:$PATH"
cd "$ROOT"

cargo metadata --locked --format-version 1 >/dev/null
cargo deny --log-level error check bans licenses sources
