#!/usr/bin/env bash
# Compares the names that docs/api.md lists for each crate with those that its lib.rs exports.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

exported() {
    tr '\n' ' ' <"$1" | grep -oE '\bpub (use|mod) [^;]*;' | sed -E '
        s/^pub (use|mod) //; s/.*\{(.*)\};/\1/; s/.*:://; s/[A-Za-z_]+ as //g; s/[;,]/ /g' |
        tr -s ' ' '\n' | sed '/^$/d' | sort -u
}

# The names in the first column, and those that are listed as re-exports.
# shellcheck disable=SC2016 # the backticks are Markdown's
listed() {
    awk -v crate="## \`$1\`" '$0 == crate { on = 1; next } /^## / { on = 0 } on' docs/api.md |
        sed -nE '/^\| `/s/^\| `([^`]*)`.*/\1/p; /^Also/s/^[^:]*: //p' |
        tr -d '`,.' | tr -s ' ' '\n' | sed '/::/d' | sort -u
}

broken=0
for crate in crates/*/; do
    name=$(basename "$crate")
    [[ $name != candlehouse ]] || continue # the program is no library for others
    if ! difference=$(diff <(exported "$crate/src/lib.rs") <(listed "$name")); then
        printf 'broken: docs/api.md and %ssrc/lib.rs differ (< exported, > listed):\n%s\n' "$crate" "$difference"
        broken=1
    fi
done
[[ $broken == 0 ]] && echo 'kept: docs/api.md lists what the crates export'
exit "$broken"
