#!/usr/bin/env bash
# Finds a Chromium for the browser journeys, or installs Debian's, and prints its path; the letters and emoji it draws with
# are found or installed as well. CHROMIUM_PATH overrules.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

works() {
    timeout 60 "$1" --version >/dev/null 2>&1
}

# Without fonts of its own a page is drawn in boxes, and the screenshots show nothing.
FONTS=(fonts-liberation fonts-noto-color-emoji)

# A Chromium that was here before may have come without them: they are asked for by code points,
# a letter's and that of a face which fonts with a few old emoji do not have.
has_fonts() {
    have fc-list && [ -n "$(fc-list ':charset=41' family)" ] && [ -n "$(fc-list ':charset=1f970' family)" ]
}

ensure_fonts() {
    has_fonts && return
    install_debian "A font with letters and emoji" fontconfig "${FONTS[@]}"
    has_fonts || die "the fonts were installed, but fc-list knows none with emoji. Try: fc-cache -f"
}

if [ -n "${CHROMIUM_PATH:-}" ]; then
    works "$CHROMIUM_PATH" || die "CHROMIUM_PATH is set, but $CHROMIUM_PATH --version fails"
    ensure_fonts
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

if ! find_chromium >/dev/null; then
    install_debian "Chromium" chromium fontconfig "${FONTS[@]}"
    find_chromium >/dev/null || die "Chromium was installed, but does not start. Try: chromium --version"
fi
ensure_fonts
find_chromium
