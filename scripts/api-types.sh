#!/usr/bin/env bash
# The web client's types of the API, made from the document that `frontdesk openapi` prints. They are committed, because the
# app is built before the program that describes it is.
#
#   scripts/api-types.sh write   puts them into web/src/api/schema.d.ts (`npm run gen:api`)
#   scripts/api-types.sh check   fails when that file is not what this build would write
#
# FRONTDESK_BIN names the program to ask; without it, cargo builds one.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

SCHEMA=web/src/api/schema.d.ts
GENERATOR=web/tools/openapi

mode="${1:-}"
case "$mode" in
write | check) ;;
*) die "call it with write or check" ;;
esac

describe() {
    if [ -n "${FRONTDESK_BIN:-}" ]; then
        "$FRONTDESK_BIN" openapi
    else
        cargo run --quiet --locked -p frontdesk -- openapi
    fi
}

make --no-print-directory "$GENERATOR/node_modules/.package-lock.json" >&2
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
describe >"$work/openapi.json"
"$GENERATOR/node_modules/.bin/openapi-typescript" "$work/openapi.json" -o "$work/schema.d.ts" >&2

if [ "$mode" = write ]; then
    cp "$work/schema.d.ts" "$SCHEMA"
    say "written: $SCHEMA"
elif ! diff -u "$SCHEMA" "$work/schema.d.ts" >&2; then
    die "$SCHEMA is not what the program describes (the difference is above). Run: cd web && npm run gen:api"
else
    say "$SCHEMA is what the program describes"
fi
