#!/usr/bin/env bash
# check-modules.sh [WORKSPACE]
#
# Inside a crate imports point one way, as they do between crates: no circle between files.
# A file imports another when a path in it, in a `use` or elsewhere, leads to a name that the other
# one defines; re-exports are followed, and are imports too. `mod x;` is none. Tests do not count.
# And each file opens with a line that says what is in it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/..}"

broken=0

for folder in {crates/*,tests,examples}/src; do
    [[ -d $folder ]] || continue
    find "$folder" -name '*.rs' ! -name '*tests.rs' ! -path '*/tests/*' -print0 | sort -z |
        xargs -0 awk -v folder="$folder" -f "$here/modules.awk" || broken=1
done

silent=$(find . -name '*.rs' ! -path './target/*' -exec \
    awk 'FNR == 1 && !/^\/\/! / && !/^#!\[doc = include_str!/ { print "    " substr(FILENAME, 3) }' {} + | sort)
if [[ -n $silent ]]; then
    printf 'broken: these files do not open with a line //! that says what is in them:\n%s\n' "$silent"
    broken=1
fi

exit "$broken"
