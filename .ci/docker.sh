#!/usr/bin/env bash
# Sees to it that a Docker daemon answers, and takes back down what it started.
#
#   docker.sh start   nothing if one answers; else installs Debian's docker.io where there is none, and starts it
#   docker.sh stop    removes containers that killed tests left, and stops the daemon that `start` started
set -euo pipefail

state=/run/candlehouse-docker
pid_file=$state/pid
log=$state/log

# Each line is one way to start the daemon; the first that works is used. Its own choice comes first.
# Where kernel or permissions lack overlayfs or packet filters, the others still serve loopback ports.
ways=(
    ''
    '--storage-driver=vfs'
    '--iptables=false --ip6tables=false'
    '--storage-driver=vfs --iptables=false --ip6tables=false'
)

fail() {
    printf 'docker: %s\n' "$@" >&2
    exit 1
}

answers() {
    timeout 20 docker info >/dev/null 2>&1
}

# daemon: the process that `start` started, or nothing. It removes its own file as it ends, at any moment.
daemon() {
    cat "$pid_file" 2>/dev/null || true
}

# runs PID: no longer once its file is gone, for where nobody collects ended processes
runs() {
    [[ -n $1 && -f $pid_file ]] && kill -0 "$1" 2>/dev/null
}

install_it() {
    command -v apt-get >/dev/null || fail "no dockerd, and no apt-get to install it with: install Docker"
    echo 'docker: installing docker.io' >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends docker.io >/dev/null
}

# try OPTIONS: starts the daemon; fails when it ends or does not answer within a minute.
try() {
    # shellcheck disable=SC2086 # the options are words
    setsid dockerd --pidfile "$pid_file" $1 </dev/null >"$log" 2>&1 &
    local daemon=$! second
    for ((second = 0; second < 60; second++)); do
        ! answers || return 0
        kill -0 "$daemon" 2>/dev/null || return 1
        sleep 1
    done
    kill "$daemon"
    wait "$daemon" || true
    return 1
}

start() {
    if answers; then
        echo 'docker: a daemon answers' >&2
        return
    fi
    [[ $(id -u) == 0 ]] || fail "no daemon answers, and only root can start one: start Docker"
    if ! { command -v dockerd && command -v docker; } >/dev/null; then
        install_it
    fi
    mkdir -p "$state"
    local way
    for way in "${ways[@]}"; do
        if try "$way"; then
            echo "docker: started dockerd $way (log: $log)" >&2
            return
        fi
        printf 'docker: this did not work: dockerd %s\n' "$way" >&2
        tail -n 3 "$log" >&2
    done
    fail "dockerd does not start; its last words are above"
}

stop() {
    local pid left second
    pid=$(daemon)
    runs "$pid" || return 0
    left=$(docker ps --all --quiet --filter label=candlehouse.tests)
    # shellcheck disable=SC2086 # one word for each container
    [[ -z $left ]] || docker rm --force --volumes $left >/dev/null
    kill "$pid"
    for ((second = 0; second < 60; second++)); do
        runs "$pid" || return 0
        sleep 1
    done
    fail "dockerd (process $pid) does not end"
}

case ${1:-} in
    start | stop) "$1" ;;
    *) fail "usage: $0 start|stop" ;;
esac
