#!/usr/bin/env bash
# Builds a container image from scratch that holds chdb-server, the engine and the libraries they need,
# for the container tests where ClickHouse's own image cannot be had. Prints the image's name.
#
#   build.sh PATH_OF_CHDB_SERVER PATH_OF_LIBCHDB_SO
set -euo pipefail

image=candlehouse/chdb-server:test
label=candlehouse.content
program=$(realpath -- "$1")
engine=$(realpath -- "$2")
this=$(realpath -- "$0")

# The libraries' places as the loader knows them, and the loader itself.
libraries() {
    ldd "$program" "$engine" | awk '$2 == "=>" { print $3 } $1 ~ /^\// && NF == 2 { print $1 }' | grep '^/' | grep -v ':$' | sort -u
}

of_image() {
    docker image inspect --format "$1" "$image" 2>/dev/null || true
}

# The image's root as a tree of links: the engine is half a gigabyte, so nothing is copied before it
# is streamed.
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
put() {
    mkdir -p "$root/$(dirname -- "$2")"
    ln -s -- "$1" "$root/$2"
}
put "$program" usr/local/bin/chdb-server
put "$engine" usr/local/lib/libchdb.so
while read -r library; do
    put "$library" "${library#/}"
done < <(libraries)
mkdir -m 1777 "$root/tmp"

content=$({ cat "$this"; cd "$root" && find -L . -type f -print0 | sort -z | xargs -0 sha256sum; } | sha256sum | cut -d ' ' -f 1)
if [[ $(of_image "{{ index .Config.Labels \"$label\" }}") != "$content" ]]; then
    echo "image: building $image" >&2
    old=$(of_image '{{ .Id }}')
    tar --create --dereference --owner=0 --group=0 --directory "$root" . |
        docker import \
            --change "LABEL $label=$content" \
            --change 'EXPOSE 8123' \
            --change 'ENV CANDLEHOUSE_ENGINE=/usr/local/lib/libchdb.so' \
            --change 'ENTRYPOINT ["/usr/local/bin/chdb-server", "--http", "0.0.0.0:8123", "--path", "/data", "--query-log"]' \
            - "$image" >/dev/null
    # Each old one takes the space of an engine; one that is in use stays.
    [[ -z $old ]] || docker image rm "$old" >/dev/null 2>&1 || true
fi
echo "$image"
