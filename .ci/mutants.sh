#!/usr/bin/env bash
# Breaks the code of the libraries in small ways, one at a time, and lists what no test of the same
# crate notices. MUTANTS_SINCE=COMMIT: only in lines that changed since then. More arguments go to
# cargo-mutants, such as `-f 'crates/db-port/src/adapter/*'`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=27.1.0
crates=(market-model db-port candle-repository symbol-repository db-clickhouse)

if [[ $(cargo mutants --version 2>/dev/null) != "cargo-mutants $version" ]]; then
    echo "mutants: installing cargo-mutants $version" >&2
    cargo install --quiet --locked --version "$version" cargo-mutants
fi

target=$(cargo metadata --no-deps --locked --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
report=$target/mutants
mkdir -p "$report"

packages=("${crates[@]/#/--package=}")
if [[ -n ${MUTANTS_SINCE:-} ]]; then
    git diff "$MUTANTS_SINCE" -- crates >"$report/changes.diff"
    packages+=("--in-diff=$report/changes.diff")
fi

status=0
cargo mutants "${packages[@]}" --output "$report" "$@" || status=$?
# A mutant that runs for ever was noticed.
[[ $status == 3 && ! -s $report/mutants.out/missed.txt ]] || exit "$status"
