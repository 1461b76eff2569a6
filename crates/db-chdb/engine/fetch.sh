#!/bin/sh
# fetch.sh [PACKAGE.tgz]
#
# Puts the ClickHouse engine where Candlehouse looks for it, unless it is there, and prints its path.
# checksums.txt, next to this file, says which npm package holds it and which hash that must have.
# The package comes from npm, or is the file that is named.
set -eu

fail() {
    printf 'engine: %s\n' "$@" >&2
    exit 1
}

platform() {
    case $(uname -s) in
        Linux) case $(ldd --version 2>&1) in *musl*) libc=-musl ;; *) libc=-gnu ;; esac ;;
        *) libc= ;;
    esac
    case $(uname -m) in
        x86_64 | amd64) machine=x64 ;;
        aarch64 | arm64) machine=arm64 ;;
        *) machine=$(uname -m) ;;
    esac
    printf '%s-%s%s\n' "$(uname -s | tr '[:upper:]' '[:lower:]')" "$machine" "$libc"
}

# A relative path would be another place for every folder that a program or test runs in.
absolute() {
    case $2 in /*) ;; *) fail "$1 must be an absolute path: $2" ;; esac
}

size_of() {
    echo $(($(wc -c <"$1")))
}

sha512_of() {
    if command -v sha512sum >/dev/null; then sha512sum; else shasum -a 512; fi <"$1" | cut -d ' ' -f 1
}

# A shell acts on a signal only between foreground commands, so the long ones run behind `wait`.
interruptible() {
    "$@" &
    job=$!
    status=0
    wait "$job" || status=$?
    job=
    return "$status"
}

download() {
    cd "$temp" && exec npm pack --ignore-scripts --loglevel=error --no-update-notifier --pack-destination=. "$1" >/dev/null
}

clean_up() {
    if [ -n "$job" ]; then
        kill "$job" 2>/dev/null || true
        wait "$job" 2>/dev/null || true
    fi
    [ -z "$temp" ] || rm -rf "$temp"
}

if [ -n "${CANDLEHOUSE_ENGINE:-}" ]; then
    absolute CANDLEHOUSE_ENGINE "$CANDLEHOUSE_ENGINE"
    [ -f "$CANDLEHOUSE_ENGINE" ] || fail "CANDLEHOUSE_ENGINE names no file: $CANDLEHOUSE_ENGINE"
    echo "$CANDLEHOUSE_ENGINE"
    exit
fi

checksums=$(dirname -- "$0")/checksums.txt
platform=$(platform)
row=$(grep "^$platform " "$checksums") || fail \
    "no hash is recorded for $platform in $checksums." \
    "To add it, fetch the package with: npm pack @chdb/lib-$platform@$(awk '!/^#/ { print $3; exit }' "$checksums")" \
    "and, if you trust what came, add a line: platform package version sha512 size" \
    "(sha512 of the package file in hex, size of its package/libchdb.so in bytes)." \
    "Or set CANDLEHOUSE_ENGINE to the path of a libchdb.so you have."
read -r _ package version sha512 size <<EOF
$row
EOF

if [ -n "${CANDLEHOUSE_ENGINE_DIR:-}" ]; then
    absolute CANDLEHOUSE_ENGINE_DIR "$CANDLEHOUSE_ENGINE_DIR"
    cache=$CANDLEHOUSE_ENGINE_DIR
else
    # A relative XDG_CACHE_HOME does not count: so says its specification, and so does db-chdb.
    case ${XDG_CACHE_HOME:-} in /*) cache=$XDG_CACHE_HOME ;; *) cache=${HOME:?is not set}/.cache ;; esac
    cache=$cache/candlehouse/engine
fi
folder=$cache/$version
library=$folder/libchdb.so
if [ -f "$library" ] && [ "$(size_of "$library")" = "$size" ]; then
    echo "$library"
    exit
fi

from=${1:-}
[ -z "$from" ] || [ -f "$from" ] || fail "there is no file $from"
[ -n "$from" ] || command -v npm >/dev/null || fail \
    "npm is not installed; it is what fetches the engine. One of these helps:" \
    "- install Node.js, which brings npm, and try again" \
    "- get the file of the npm package $package $version by other means and name it" \
    "- set CANDLEHOUSE_ENGINE to the path of that libchdb.so"

temp=
job=
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p "$folder"
# A fetch that was killed outright could not clean up.
find "$folder" -maxdepth 1 -name '.fetch.*' -mtime +0 -exec rm -rf {} +
temp=$(mktemp -d "$folder/.fetch.XXXXXX")

if [ -n "$from" ]; then
    tarball=$from
else
    echo "engine: fetching $package $version with npm (once; $((size / 1000000)) MB unpacked)" >&2
    interruptible download "$package@$version" || fail "npm could not fetch $package@$version; see above"
    tarball=$(find "$temp" -name '*.tgz')
    [ -f "$tarball" ] || fail "npm left no package file for $package@$version"
fi

found=$(sha512_of "$tarball")
[ "$found" = "$sha512" ] || fail \
    "${from:-$package@$version} is not the package $package $version that was recorded; it is not used." \
    "expected sha512 $sha512" \
    "found    sha512 $found"

interruptible tar -xzmof "$tarball" -C "$temp" package/libchdb.so
[ "$(size_of "$temp/package/libchdb.so")" = "$size" ] ||
    fail "libchdb.so has $(size_of "$temp/package/libchdb.so") bytes, but $checksums says $size"
mv -f "$temp/package/libchdb.so" "$library"
echo "$library"
