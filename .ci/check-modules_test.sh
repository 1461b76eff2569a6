#!/usr/bin/env bash
# What check-modules.sh finds, shown with made-up crates.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# file NAME: writes standard input, a statement a line, below a line that says what is in it.
file() {
    mkdir -p "$(dirname "$scratch/crates/c/src/$1")"
    { echo '//! A file.'; sed 's/; /;\n/g'; } >"$scratch/crates/c/src/$1"
}

check() {
    status=0
    out=$("$here/check-modules.sh" "$scratch") || status=$?
}

expect_kept() {
    check
    ((status == 0)) || { printf '%s: expected no complaint, found\n%s\n' "$test" "$out" >&2; exit 1; }
}

# expect_broken LINE...: complains with these lines among others.
expect_broken() {
    check
    ((status == 1)) || { printf '%s: expected status 1, found %s\n' "$test" "$status" >&2; exit 1; }
    local line
    for line; do
        [[ $'\n'$out$'\n' == *$'\n'"$line"$'\n'* ]] ||
            { printf '%s: expected the line "%s", found\n%s\n' "$test" "$line" "$out" >&2; exit 1; }
    done
}

# ---- the tests

imports_that_point_one_way_are_kept() {
    file lib.rs <<<'mod a; mod b; mod c; pub use a::A;'
    file a.rs <<<'use crate::{b::B, c};'
    file b.rs <<<'use super::c::C as Other; use std::fmt;'
    file c.rs <<<'pub struct C;'
    expect_kept
    [[ $out == 'kept: no circle in crates/c/src: 4 files, 4 imports' ]] || { echo "$test: $out" >&2; exit 1; }
}

a_circle_of_two_is_found() {
    file lib.rs <<<'mod a; mod b;'
    file a.rs <<<'use crate::b::B;'
    file b.rs <<<'fn f(a: &super::a::A) {}'
    expect_broken 'broken: a circle in crates/c/src:' \
        '    a.rs imports b.rs (crate::b::B, line 2)' \
        '    b.rs imports a.rs (super::a::A, line 2)'
}

a_circle_of_three_through_a_re_export_is_found() {
    file lib.rs <<<'mod a; mod b; mod c; pub use c::{C, D};'
    file a.rs <<<'use crate::b;'
    file b.rs <<<$'use crate::{\n    C,\n};'
    file c.rs <<<'use crate::a::*;'
    expect_broken '    a.rs imports b.rs (crate::b, line 2)' \
        '    b.rs imports c.rs (crate::C, line 4)' \
        '    c.rs imports a.rs (crate::a, line 2)'
}

a_circle_through_a_glob_is_found() {
    file lib.rs <<<'mod a; mod b; pub use b::*;'
    file a.rs <<<'use crate::B;'
    file b.rs <<<$'use crate::a::A;\npub struct B;'
    expect_broken '    a.rs imports b.rs (crate::B, line 2)'
}

a_child_and_what_its_parent_defines_make_a_circle() {
    file lib.rs <<<'mod a;'
    file a/mod.rs <<<$'mod b;\npub use b::B;\npub struct A;'
    file a/b.rs <<<'use super::A;'
    expect_broken '    a/b.rs imports a/mod.rs (super::A, line 2)' \
        '    a/mod.rs imports a/b.rs (b::B, line 3)'
}

a_child_imports_its_brother_through_their_parent() {
    file lib.rs <<<'mod a;'
    file a/mod.rs <<<'mod b; mod c; pub(crate) use b::B; pub(crate) use c::C;'
    file a/b.rs <<<'use super::C;'
    file a/c.rs <<<'pub(in crate::a) struct C;'
    expect_kept
}

a_macro_belongs_to_the_file_that_defines_it() {
    file lib.rs <<<'mod a; mod b;'
    file a.rs <<<$'use crate::b::B;\nmacro_rules! make {\n}'
    file b.rs <<<'fn f() { crate::make!() }'
    expect_broken '    b.rs imports a.rs (crate::make, line 2)'
}

tests_do_not_count() {
    file lib.rs <<<'mod a; mod b; mod c;'
    file a.rs <<<'use crate::b::B;'
    file b.rs <<<$'#[cfg(test)]\nmod tests {\n    use crate::a::A;\n    fn f() {}\n}\nuse crate::c::C;'
    file c.rs <<<$'#[cfg(test)]\n#[path = "c_samples.rs"]\nmod samples;\n#[cfg(test)]\nuse crate::a::A;\n#[cfg(test)]\nmod tests;'
    file c/samples.rs <<<'use crate::a::A;'
    file c/tests.rs <<<'use crate::a::A;'
    expect_kept
}

comments_and_strings_do_not_count() {
    file lib.rs <<<'mod a; mod b;'
    file a.rs <<<'use crate::b::B;'
    file b.rs <<<$'/// Not `crate::a::A`.\nconst S: &str = "crate::a::A // {";\n/* crate::a::A\n crate::a::A */\nconst R: &str = "crate::a\n  crate::a::A \\" crate::a::A";\nfn f() { r#"a "crate::a::A" b"#; \'"\'; /* crate::a::A */ }'
    expect_kept
}

every_file_opens_with_a_line_that_says_what_is_in_it() {
    file lib.rs <<<'mod a;'
    echo '#![doc = include_str!("../README.md")]' >"$scratch/crates/c/src/lib.rs"
    mkdir -p "$scratch/tests/tests" "$scratch/target"
    echo 'use a::A;' | tee "$scratch/tests/tests/it.rs" >"$scratch/target/made.rs"
    expect_broken '    tests/tests/it.rs'
    [[ $out != *made.rs* && $out != *lib.rs* ]] || { echo "$test: $out" >&2; exit 1; }
}

tests=$(sed -n '/^# ---- the tests/,$ s/^\([a-z_]*\)() {$/\1/p' "${BASH_SOURCE[0]}")
count=0
for test in $tests; do
    rm -rf "${scratch:?}"/*
    "$test"
    count=$((count + 1))
done
echo "modules: $count tests passed"
