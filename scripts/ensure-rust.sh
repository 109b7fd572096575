#!/usr/bin/env bash
# Checks the Rust tool chain and the C compiler that two dependencies (SQLite, ring) are built with.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

have cargo || die "cargo is missing. Install Rust with rustup, or with the packages of your system"
wanted="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$ROOT/Cargo.toml")"
found="$(rustc --version | cut -d ' ' -f 2)"
at_least "$found" "$wanted" || die "Rust $wanted or newer is needed, this is $found. Try: rustup update"

for component in clippy rustfmt; do
    tool="cargo-${component/rustfmt/fmt}"
    if ! "$tool" --version >/dev/null 2>&1; then
        have rustup || die "$component is missing. It comes with the Rust tool chain"
        say "$component is missing: adding it with rustup"
        rustup component add "$component" >&2
    fi
done

have cc || install_debian "a C compiler" gcc libc6-dev
