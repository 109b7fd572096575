#!/usr/bin/env bash
# Checks Node.js and npm. An npm older than 11 trips over the native parts of our build tools, so a newer one is then
# installed from its registry into target/tools, for the house alone.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

NODE_MIN=20
NPM_MIN=11
NPM_PINNED=11.19.1

have node || die "Node.js $NODE_MIN or newer is needed and none is installed. Install it with the packages of your system"
found="$(node --version)"
at_least "${found#v}" "$NODE_MIN" || die "Node.js $NODE_MIN or newer is needed, this is $found"
have npm || install_debian "npm" npm

PATH="$TOOLS/bin:$PATH"
if ! at_least "$(npm --version 2>/dev/null)" "$NPM_MIN"; then
    say "npm $(npm --version 2>/dev/null) is too old: installing npm $NPM_PINNED into target/tools"
    npm install --silent --no-audit --no-fund --prefix "$TOOLS/npm" "npm@$NPM_PINNED" >&2
    mkdir -p "$TOOLS/bin"
    for tool in npm npx; do
        ln -sf "../npm/node_modules/.bin/$tool" "$TOOLS/bin/$tool"
    done
fi
