#!/usr/bin/env bash
# The end-to-end tests, file by file; with arguments, those files only (paths inside e2e/).
#
# A file that failed is run once more at the end, alone: a machine that stalls for seconds is no fault of the house. One
# that passed only then is named, as a fault to mend. Twice failed is failed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT/e2e"

files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(find . -name node_modules -prune -o -name '*.test.js' -print | sed 's,^\./,,' | sort)
[ ${#files[@]} -gt 0 ] || die "there is no end-to-end test"

run_file() {
    printf '\n--- %s\n' "$1"
    node --test --test-concurrency=1 --test-reporter=spec "$1"
}

again=()
for file in "${files[@]}"; do
    run_file "$file" || again+=("$file")
done

failed=()
for file in "${again[@]}"; do
    if run_file "$file"; then
        printf 'flaky: %s\n' "$file"
    else
        failed+=("$file")
    fi
done

printf '\n%d files of end-to-end tests, %d failed: %s\n' "${#files[@]}" "${#failed[@]}" "${failed[*]:-none}"
[ ${#failed[@]} -eq 0 ]
