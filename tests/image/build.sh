#!/usr/bin/env bash
# Builds a container image from scratch that holds chdb-http, the engine and the libraries they need,
# for the container tests where ClickHouse's own image cannot be pulled. Prints the image's name.
#
#   build.sh PATH_OF_CHDB_HTTP PATH_OF_LIBCHDB_SO [NAME:TAG]
set -euo pipefail

program=$(realpath -- "$1")
engine=$(realpath -- "$2")
image=${3:-candlehouse/chdb-http:test}
label=candlehouse.content

# The libraries' places as the loader knows them, and the loader itself.
libraries() {
    ldd "$program" "$engine" | awk '/=> \// { print $3 } $1 ~ /^\// && NF == 2 && /\(0x/ { print $1 }' | sort -u
}

# The root of the image as a tree of links, so that nothing is copied before it is streamed.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
put() {
    mkdir -p "$tree/$(dirname -- "$2")"
    ln -s -- "$1" "$tree/$2"
}
put "$program" usr/local/bin/chdb-http
put "$engine" usr/local/lib/libchdb.so
while read -r library; do
    put "$library" "${library#/}"
done < <(libraries)
mkdir -p "$tree/data" "$tree/tmp" "$tree/etc"
chmod 1777 "$tree/tmp" "$tree/data"
echo 'root:x:0:0:root:/:/none' >"$tree/etc/passwd"
echo 'hosts: files dns' >"$tree/etc/nsswitch.conf"

content=$(cd "$tree" && { find -L . -type f -print0 | sort -z | xargs -0 sha256sum; cat "$OLDPWD/$0" 2>/dev/null || cat "$0"; } | sha256sum | cut -d ' ' -f 1)
if [[ $(docker image inspect --format "{{ index .Config.Labels \"$label\" }}" "$image" 2>/dev/null) != "$content" ]]; then
    echo "image: building $image" >&2
    tar --create --dereference --sort=name --owner=0 --group=0 --directory "$tree" . |
        docker import \
            --change "LABEL $label=$content" \
            --change 'ENV CANDLEHOUSE_ENGINE=/usr/local/lib/libchdb.so HOME=/data' \
            --change 'EXPOSE 8123' \
            --change 'ENTRYPOINT ["/usr/local/bin/chdb-http", "--listen", "0.0.0.0:8123", "--path", "/data/store"]' \
            - "$image" >/dev/null
fi
echo "$image"
