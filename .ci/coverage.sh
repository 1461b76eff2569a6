#!/usr/bin/env bash
# Line coverage of the libraries that people build on, by their own tests and those under tests/.
# Prints a table and fails when one of them is below the threshold.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

threshold=90
crates=(market-model candle-files db-port db-clickhouse db-mock candle-repository symbol-repository)

if ! cargo tarpaulin --version >/dev/null 2>&1; then
    echo 'coverage: installing cargo-tarpaulin' >&2
    # It does little work itself, so that its build may be optimised less.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
        cargo install --quiet --locked cargo-tarpaulin
fi

target=$(cargo metadata --no-deps --locked --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
report=$target/coverage/report
mkdir -p "$report"
rm -f "$report/lcov.info"

# The server of the tests is not measured, so it is the one that `make test` uses.
cargo build --quiet --workspace --locked --bin chdb-server
export CHDB_SERVER_PROGRAM=${CHDB_SERVER_PROGRAM:-$target/debug/chdb-server}

# A target folder of its own, or each run would build everything anew, and so would the next build.
# shellcheck disable=SC2046 # one word for each package
cargo tarpaulin --engine llvm --rustflags=-Cdebuginfo=0 --locked --skip-clean \
    --target-dir "$target/coverage" --lib --tests --timeout 900 \
    $(printf -- '--packages %s ' "${crates[@]}" candlehouse-tests) \
    --out Lcov --output-dir "$report" >"$report/log" 2>&1 || {
    cat "$report/log"
    exit 1
}
rm -f build_rs_cov.profraw

# Lines by crate: `DA:LINE,HITS` follow the `SF:` of their file.
awk -v crates="${crates[*]}" -v threshold="$threshold" '
    /^SF:/ { crate = match($0, /crates\/[^\/]+\/src\//) ? substr($0, RSTART + 7, RLENGTH - 12) : "" }
    /^DA:/ && crate != "" {
        split($0, part, ",")
        lines[crate]++
        if (part[2] > 0) covered[crate]++
    }
    END {
        count = split(crates, wanted, " ")
        printf "%-20s %8s %8s %8s\n", "crate", "lines", "covered", "percent"
        for (i = 1; i <= count; i++) {
            crate = wanted[i]
            percent = lines[crate] ? 100 * covered[crate] / lines[crate] : 0
            printf "%-20s %8d %8d %8.1f\n", crate, lines[crate], covered[crate], percent
            if (percent < threshold) low = low " " crate
        }
        if (low != "") {
            printf "coverage: below %d %% of lines:%s\n", threshold, low
            exit 1
        }
    }
' "$report/lcov.info"
