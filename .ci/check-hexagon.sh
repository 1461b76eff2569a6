#!/usr/bin/env bash
# The arrows of the hexagon: which of our crates may see which others, directly or not.
# Development dependencies are free; what counts is what a crate's users get.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tree() {
    cargo tree --quiet --locked --all-features --edges normal "$@"
}

members=$(tree --prefix none --workspace --depth 0 | awk 'NF { print $1 }')
ruled=
broken=0

# may_see CRATE 'MEMBERS IT MAY SEE' 'PATTERN OF FOREIGN CRATES IT MUST NOT SEE'
may_see() {
    local crate=$1 allowed=" $1 $2 " foreign="^($3)$" kept=1 seen name version
    ruled+=" $crate "
    seen=$(tree --prefix none --package "$crate" | awk 'NF { print $1, $2 }' | sort -u)
    while read -r name version; do
        if grep --quiet --line-regexp --fixed-strings -- "$name" <<<"$members"; then
            [[ $allowed != *" $name "* ]] || continue
        else
            [[ $name =~ $foreign ]] || continue
        fi
        kept=0
        printf 'broken: %s must not see %s, but does:\n' "$crate" "$name"
        tree --package "$crate" --invert "$name@${version#v}"
    done <<<"$seen"
    if ((kept)); then
        printf 'kept: %s sees of ours: %s; of others, none of: %s\n' "$crate" "${2:-nobody}" "${3//|/, }"
    else
        broken=1
    fi
}

clickhouse='clickhouse|clickhouse-ext-arrow'
adbc='adbc_core|adbc_driver_manager'

may_see market-model '' "$clickhouse|$adbc|mockall|tokio|futures-.*|async-trait"
may_see candle-files market-model "$clickhouse|$adbc|mockall|tokio|futures-.*|async-trait"
may_see db-port '' "$clickhouse|$adbc|mockall"
may_see candle-repository 'db-port market-model' "$clickhouse|$adbc|mockall"
may_see symbol-repository 'db-port market-model' "$clickhouse|$adbc|mockall"
may_see db-clickhouse db-port "$adbc|mockall"
may_see db-chdb db-port "$clickhouse|mockall"
may_see db-mock db-port "$clickhouse|$adbc"
may_see chdb-server 'db-chdb db-port' "$clickhouse|mockall"

for crate in $members; do
    case $crate in
        candlehouse | candlehouse-benches | candlehouse-examples | candlehouse-fuzz | candlehouse-tests) ;;
        *) [[ $ruled == *" $crate "* ]] || { printf 'broken: %s has no rule in %s\n' "$crate" "$0" && broken=1; } ;;
    esac
done

# A RecordBatch of a second Arrow version would be another type.
for crate in arrow-array arrow-schema; do
    versions=$(awk -v name="\"$crate\"" '$1 == "name" { found = $3 == name } $1 == "version" && found { print $3 }' Cargo.lock)
    if [[ $versions == *$'\n'* || -z $versions ]]; then
        printf 'broken: there must be one version of %s, but there are:\n%s\n' "$crate" "${versions:-none}"
        broken=1
    else
        printf 'kept: one version of %s: %s\n' "$crate" "${versions//\"/}"
    fi
done

exit "$broken"
