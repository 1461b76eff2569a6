#!/bin/sh
# What fetch.sh promises, shown with an npm that copies a small package. Needs no network.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset CANDLEHOUSE_ENGINE CANDLEHOUSE_ENGINE_DIR XDG_CACHE_HOME

# ---- the stage: a package, its checksums, and a PATH of only what fetch.sh may use ----

mkdir -p "$scratch/bin" "$scratch/make/package"
for tool in awk cat cp cut date dirname find grep gzip ldd mkdir mktemp mv rm sh sha512sum shasum sleep tar tr wc; do
    real=$(command -v "$tool") && ln -s "$real" "$scratch/bin/$tool"
done
printf 'the engine' >"$scratch/make/package/libchdb.so"
echo '{}' >"$scratch/make/package/package.json"
tar -czf "$scratch/package.tgz" -C "$scratch/make" package
hash=$( (sha512sum 2>/dev/null || shasum -a 512) <"$scratch/package.tgz" | cut -d ' ' -f 1)

cat >"$scratch/bin/uname" <<'EOF'
#!/bin/sh
case $1 in -s) echo "${FAKE_SYSTEM:-Darwin}" ;; *) echo arm64 ;; esac
EOF
cat >"$scratch/bin/npm" <<EOF
#!/bin/sh
echo "\$@" >>"$scratch/npm.log"
case \${FAKE_NPM:-} in
    broken) echo half >half.tgz; exit 1 ;;
    slow) echo half >half.tgz; exec sleep 60 ;;
    late) sleep 0.3 ;;
esac
cp "$scratch/package.tgz" package.tgz
EOF
chmod +x "$scratch/bin/uname" "$scratch/bin/npm"

# Each test has a fetch.sh, a home and a log of its own.
new_stage() {
    rm -rf "${scratch:?}/home" "$scratch/engine" "$scratch/npm.log"
    mkdir "$scratch/home" "$scratch/engine"
    cp "$here/fetch.sh" "$scratch/engine/"
    echo "darwin-arm64 @test/engine 1.2.3 $hash 10" >"$scratch/engine/checksums.txt"
    library=$scratch/home/.cache/candlehouse/engine/1.2.3/libchdb.so
}

# fetch [NAME=VALUE...]: runs fetch.sh; its answer is in $status, $out and $err.
fetch() {
    fetch_from '' "$@"
}

# fetch_from FILE [NAME=VALUE...]: the same with a package file.
fetch_from() {
    status=0
    file=$1
    shift
    env PATH="$scratch/bin" HOME="$scratch/home" "$@" sh "$scratch/engine/fetch.sh" ${file:+"$file"} \
        >"$scratch/out" 2>"$scratch/err" || status=$?
    out=$(cat "$scratch/out")
    err=$(cat "$scratch/err")
}

expect() {
    [ "$2" = "$3" ] || { printf '%s: %s: expected "%s", found "%s"\n%s\n' "$test" "$1" "$2" "$3" "$err" >&2; exit 1; }
}

expect_said() {
    case $err in *"$1"*) ;; *) printf '%s: expected it to say "%s":\n%s\n' "$test" "$1" "$err" >&2; exit 1 ;; esac
}

expect_files() {
    expect 'files left in the home folder' "$1" "$(find "$scratch/home" ! -type d)"
    expect 'temporary folders left' '' "$(find "$scratch/home" -name '.fetch.*')"
}

# ---- the tests ----

the_library_lands_where_the_program_looks() {
    fetch
    expect status 0 "$status"
    expect 'path printed' "$library" "$out"
    expect content 'the engine' "$(cat "$library")"
    expect_files "$library"
}

a_library_that_is_there_is_not_fetched_again() {
    fetch
    fetch
    expect 'path printed' "$library" "$out"
    expect 'said' '' "$err"
    expect 'calls of npm' 1 "$(grep -c . "$scratch/npm.log")"
}

a_library_of_another_size_is_replaced() {
    fetch
    printf 'the eng' >"$library"
    fetch
    expect status 0 "$status"
    expect content 'the engine' "$(cat "$library")"
}

npm_is_asked_for_the_recorded_version_and_for_no_registry() {
    fetch
    expect 'call of npm' \
        'pack --ignore-scripts --loglevel=error --no-update-notifier --pack-destination=. @test/engine@1.2.3' \
        "$(cat "$scratch/npm.log")"
}

the_cache_folder_can_be_elsewhere() {
    fetch XDG_CACHE_HOME="$scratch/home/xdg"
    expect 'path printed' "$scratch/home/xdg/candlehouse/engine/1.2.3/libchdb.so" "$out"
    fetch XDG_CACHE_HOME="$scratch/home/xdg" CANDLEHOUSE_ENGINE_DIR="$scratch/home/a folder"
    expect 'path printed' "$scratch/home/a folder/1.2.3/libchdb.so" "$out"
    expect content 'the engine' "$(cat "$out")"
    fetch XDG_CACHE_HOME=xdg
    expect 'path printed' "$library" "$out"
}

relative_paths_are_refused_by_name() {
    for name in CANDLEHOUSE_ENGINE CANDLEHOUSE_ENGINE_DIR; do
        fetch "$name=here"
        expect status 1 "$status"
        expect_said "$name must be an absolute path: here"
    done
}

a_package_with_another_hash_is_refused_and_deleted() {
    other=$(echo "$hash" | tr 0-9a-f 1-9a-f0)
    echo "darwin-arm64 @test/engine 1.2.3 $other 10" >"$scratch/engine/checksums.txt"
    fetch
    expect status 1 "$status"
    expect_said "expected sha512 $other"
    expect_said "found    sha512 $hash"
    expect_files ''
}

a_library_of_another_size_than_recorded_is_refused() {
    echo "darwin-arm64 @test/engine 1.2.3 $hash 11" >"$scratch/engine/checksums.txt"
    fetch
    expect status 1 "$status"
    expect_said 'has 10 bytes, but'
    expect_files ''
}

a_failed_download_leaves_nothing() {
    fetch FAKE_NPM=broken
    expect status 1 "$status"
    expect_said 'npm could not fetch @test/engine@1.2.3'
    expect_files ''
}

an_interrupted_download_leaves_nothing() {
    PATH="$scratch/bin" HOME="$scratch/home" FAKE_NPM=slow \
        sh "$scratch/engine/fetch.sh" >"$scratch/out" 2>"$scratch/err" &
    tries=0
    until [ -n "$(find "$scratch/home" -name half.tgz)" ] || [ $((tries += 1)) -gt 100 ]; do sleep 0.05; done
    kill -TERM $!
    status=0
    wait $! || status=$?
    err=$(cat "$scratch/err")
    expect status 143 "$status"
    expect_files ''
}

two_fetches_at_once_both_succeed() {
    PATH="$scratch/bin" HOME="$scratch/home" FAKE_NPM=late sh "$scratch/engine/fetch.sh" >"$scratch/other" 2>&1 &
    fetch FAKE_NPM=late
    other=0
    wait $! || other=$?
    expect status '0 0' "$status $other"
    expect 'calls of npm' 2 "$(grep -c . "$scratch/npm.log")"
    expect content 'the engine' "$(cat "$library")"
    expect_files "$library"
}

a_package_file_needs_no_npm_and_is_kept() {
    mv "$scratch/bin/npm" "$scratch/npm"
    fetch_from "$scratch/package.tgz"
    mv "$scratch/npm" "$scratch/bin/npm"
    expect status 0 "$status"
    expect content 'the engine' "$(cat "$library")"
    expect_files "$library"
    [ -f "$scratch/package.tgz" ]
}

a_file_that_is_not_the_recorded_package_is_refused() {
    fetch_from "$scratch/engine/fetch.sh"
    expect status 1 "$status"
    expect_said 'fetch.sh is not the package @test/engine 1.2.3'
    fetch_from "$scratch/nothing"
    expect status 1 "$status"
    expect_said "there is no file $scratch/nothing"
    expect_files ''
}

without_npm_it_says_what_to_do_instead() {
    mv "$scratch/bin/npm" "$scratch/npm"
    fetch
    mv "$scratch/npm" "$scratch/bin/npm"
    expect status 1 "$status"
    expect_said 'install Node.js'
    expect_said 'get the file of the npm package @test/engine 1.2.3'
    expect_said 'set CANDLEHOUSE_ENGINE'
    expect_files ''
}

a_platform_without_a_recorded_hash_is_refused() {
    fetch FAKE_SYSTEM=FreeBSD
    expect status 1 "$status"
    expect_said 'no hash is recorded for freebsd-arm64'
    expect_said 'npm pack @chdb/lib-freebsd-arm64@1.2.3'
    expect_said 'platform package version sha512 size'
    expect_files ''
}

an_engine_of_the_users_own_is_taken_as_it_is() {
    fetch CANDLEHOUSE_ENGINE="$scratch/package.tgz" FAKE_SYSTEM=FreeBSD
    expect 'path printed' "$scratch/package.tgz" "$out"
    fetch CANDLEHOUSE_ENGINE="$scratch/nothing"
    expect status 1 "$status"
    expect_said "CANDLEHOUSE_ENGINE names no file: $scratch/nothing"
}

the_recorded_packages_are_of_the_version_the_program_looks_for() {
    lines=$(grep -v '^#' "$here/checksums.txt")
    wrong=$(echo "$lines" | grep -Ev '^[a-z0-9-]+ @chdb/lib-[a-z0-9-]+ [0-9][^ ]* [0-9a-f]{128} [1-9][0-9]*$' || true)
    expect 'lines not understood' '' "$wrong"
    looked_for=$(sed -n 's/^const VERSION: &str = "\(.*\)";$/\1/p' "$here/../src/library.rs")
    expect 'version recorded' "$looked_for" "$(echo "$lines" | cut -d ' ' -f 3 | sort -u)"
}

tests=$(sed -n '/^# ---- the tests/,$ s/^\([a-z_]*\)() {$/\1/p' "$0")
count=0
for test in $tests; do
    new_stage
    err=
    "$test"
    count=$((count + 1))
done
echo "engine fetch: $count tests passed"
