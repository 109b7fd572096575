# shellcheck shell=bash
# What the scripts of the house share. To be sourced; speaks on standard error, so that a script can answer on standard output.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Read by the scripts that source this file.
# shellcheck disable=SC2034
TOOLS="$ROOT/target/tools"

# A leg that could not run leaves with this code, a leg that failed with any other.
# shellcheck disable=SC2034
COULD_NOT_RUN=75

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "error: $*"
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# at_least 20.1 20.0 succeeds: dotted numbers, compared one by one.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# install_debian WHAT PACKAGE… installs from Debian when we may, and says how to when we may not.
install_debian() {
    local what="$1"
    shift
    if [ "$(id -u)" -ne 0 ] || ! have apt-get; then
        die "$what is missing. On Debian: sudo apt-get install $*"
    fi
    say "$what is missing: installing $* from Debian"
    apt_get update
    apt_get install -y --no-install-recommends "$@"
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" >&2
}

# free_port prints a port of 127.0.0.1 that nobody listens on now.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
