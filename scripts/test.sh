#!/usr/bin/env bash
# Everything that has to hold, leg by leg: `scripts/test.sh` runs all, `scripts/test.sh clippy rust` only those named.
#
# Every leg runs, also after one has failed, and the table at the end says how each fared. A leg that could not run has
# failed, except `advisories`: its lists live on the network, and what was not looked up is said in the table.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

export PATH="$TOOLS/bin:$PATH"
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
logs="$ROOT/target/test-logs"
mkdir -p "$logs"

ALL_LEGS=(tools format words scripts deps advisories web clippy rust build journeys)

leg_tools() {
    scripts/ensure-rust.sh
    scripts/ensure-tools.sh
    scripts/ensure-node.sh
    cargo --version
    cargo nextest --version | head -n 1
    echo "node $(node --version), npm $(npm --version 2>/dev/null)"
    psql --version 2>/dev/null || true
}

leg_format() {
    cargo fmt --all --check
}

leg_words() {
    typos
}

leg_scripts() {
    shellcheck --external-sources --source-path=SCRIPTDIR scripts/*.sh .ci/run
}

leg_deps() {
    scripts/check-deps.sh
}

leg_advisories() {
    scripts/check-advisories.sh
}

leg_web() {
    make --no-print-directory web/node_modules/.package-lock.json
    (cd web && npm run typecheck && npm test)
    make --no-print-directory build-web
}

# The binary embeds what the web leg built, so that leg comes before those that compile.
leg_clippy() {
    make --no-print-directory build-web
    cargo clippy --workspace --all-targets --locked -- -D warnings
}

leg_rust() {
    make --no-print-directory build-web
    TEST_DATABASE_URL="$(scripts/ensure-postgres.sh)"
    REDIS_URL="$(scripts/ensure-redis.sh)"
    export TEST_DATABASE_URL REDIS_URL
    cargo nextest run --workspace --profile ci --locked --no-tests fail
}

# Not among all legs: the feature is off in what is released, and what it needs takes minutes to compile.
leg_whatsapp() {
    TEST_DATABASE_URL="$(scripts/ensure-postgres.sh)"
    export TEST_DATABASE_URL
    cargo nextest run -p frontdesk-delivery --features whatsapp-web --profile ci --locked --no-tests fail whatsapp
}

leg_build() {
    make --no-print-directory build
}

leg_journeys() {
    if [ ! -x target/release/frontdesk ]; then
        echo "journeys: NOT RUN, target/release/frontdesk is missing: run make build"
        return "$COULD_NOT_RUN"
    fi
    TEST_DATABASE_URL="$(scripts/ensure-postgres.sh)"
    REDIS_URL="$(scripts/ensure-redis.sh)"
    CHROMIUM_PATH="$(scripts/ensure-chromium.sh)"
    FRONTDESK_BIN="$ROOT/target/release/frontdesk"
    export TEST_DATABASE_URL REDIS_URL CHROMIUM_PATH FRONTDESK_BIN
    scripts/api-types.sh check
    make --no-print-directory e2e/node_modules/.package-lock.json
    scripts/journeys.sh
}

# What passed only at its second run, of both kinds: each is a fault to mend.
name_flaky() {
    sed 's/\x1b\[[0-9;]*m//g' "$logs/rust.log" "$logs/journeys.log" 2>/dev/null | grep -E '^ *FLAKY |^flaky: ' | sort -u || true
}

# The counts of the Rust tests, without colours.
summary_of() {
    sed 's/\x1b\[[0-9;]*m//g' "$logs/$1.log" 2>/dev/null | grep -E '^ *Summary \[.*tests? run:' | tail -n 1 | sed 's/^ *//'
}

count_of() {
    { printf '%s' "$1" | grep -oE "[0-9]+ $2" || true; } | awk '{ sum += $1 } END { print sum + 0 }'
}

run_leg() {
    local leg="$1" started=$SECONDS status=0
    printf '\n=== %s\n' "$leg"
    # Not in a condition: there, `set -e` would not stop the leg at its first failure.
    set +e
    (set -euo pipefail && "leg_$leg") 2>&1 | tee "$logs/$leg.log"
    status=${PIPESTATUS[0]}
    set -e
    local took=$((SECONDS - started)) verdict=passed
    if [ "$status" -eq "$COULD_NOT_RUN" ]; then
        verdict="NOT RUN ($(sed -n 's/: NOT RUN.*//p' "$logs/$leg.log" | paste -sd ';' | sed 's/;/, /g'); the reason is above)"
        [ "$leg" = advisories ] || failed=1
    elif [ "$status" -ne 0 ]; then
        verdict="FAILED (code $status)"
        failed=1
    fi
    printf '=== %s: %s in %d:%02d\n' "$leg" "$verdict" $((took / 60)) $((took % 60))
    table+="$(printf '%-11s %3d:%02d  %s' "$leg" $((took / 60)) $((took % 60)) "$verdict")"$'\n'
}

legs=("$@")
[ ${#legs[@]} -gt 0 ] || legs=("${ALL_LEGS[@]}")
for leg in "${legs[@]}"; do
    declare -F "leg_$leg" >/dev/null || die "there is no leg $leg; there are: ${ALL_LEGS[*]}"
done

failed=0
table=""
for leg in "${legs[@]}"; do
    run_leg "$leg"
done

printf '\n%s' "$table"
printf 'all of it   %3d:%02d\n\n' $((SECONDS / 60)) $((SECONDS % 60))
case " ${legs[*]} " in
*" rust "*)
    summary="$(summary_of rust)"
    bad=$(($(count_of "$summary" failed) + $(count_of "$summary" 'timed out')))
    printf '%s\n' "${summary:-no Rust test ran}"
    printf 'nextest: %d passed, %d failed, %d skipped\n' "$(count_of "$summary" passed)" "$bad" "$(count_of "$summary" skipped)"
    # A test that was skipped was not run, and nothing says why.
    [ "$(count_of "$summary" skipped)" -eq 0 ] || failed=1
    ;;
esac
name_flaky
[ "$failed" -eq 0 ] || die "a leg failed; its output is above and in target/test-logs"
