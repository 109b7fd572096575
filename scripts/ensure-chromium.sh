#!/usr/bin/env bash
# Finds a Chromium for the browser journeys, or installs Debian's, and prints its path. CHROMIUM_PATH overrules.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

works() {
    timeout 60 "$1" --version >/dev/null 2>&1
}

if [ -n "${CHROMIUM_PATH:-}" ]; then
    works "$CHROMIUM_PATH" || die "CHROMIUM_PATH is set, but $CHROMIUM_PATH --version fails"
    printf '%s\n' "$CHROMIUM_PATH"
    exit 0
fi

find_chromium() {
    local name path
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if path="$(command -v "$name")" && works "$path"; then
            printf '%s\n' "$path"
            return 0
        fi
    done
    return 1
}

find_chromium && exit 0
# Without fonts of its own a page is drawn in boxes, and the screenshots show nothing.
install_debian "Chromium" chromium fonts-liberation fonts-noto-color-emoji
find_chromium || die "Chromium was installed, but does not start. Try: chromium --version"
