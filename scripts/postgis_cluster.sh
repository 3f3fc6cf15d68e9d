#!/usr/bin/env bash
# A private PostgreSQL with PostGIS that lives in one directory and is thrown away afterwards: for tests and benchmarks.
#
#   scripts/postgis_cluster.sh start DIR   make and start it; prints its DATABASE_URL
#   scripts/postgis_cluster.sh url DIR     print the DATABASE_URL of a running one
#   scripts/postgis_cluster.sh stop DIR    stop it and delete DIR
#
# It answers on 127.0.0.1 only, with a password of its own. Nothing it holds survives a crash (fsync is off): never keep data in it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

server_programs() {
    local share
    for share in $(ls -d /usr/share/postgresql/*/extension/postgis.control 2>/dev/null | sort -rV); do
        share=${share%/extension/postgis.control}
        if [ -x "/usr/lib/postgresql/${share##*/}/bin/initdb" ]; then
            echo "/usr/lib/postgresql/${share##*/}/bin"
            return
        fi
    done
}

install_server() {
    local package
    # Debian makes and starts a cluster for all users when the server is installed; ours is enough.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        install_packages "the PostGIS tests" postgresql-common
        as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf || true
    fi
    package=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | cut -d' ' -f1 | sort -rV | head -1)
    install_packages "the PostGIS tests" "${package:-postgresql-15-postgis-3}"
}

# The server refuses to run as root: then it runs as the user that Debian's package made.
server_user() {
    if [ "$(id -u)" -ne 0 ]; then id -un; elif id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

unprivileged() {
    if [ "$(id -u)" -ne 0 ]; then (cd / && "$@"); else (cd / && runuser -u "$(server_user)" -- "$@"); fi
}

free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
    done
    fail "found no free port for PostgreSQL"
}

start() {
    local directory=$1 programs port password
    programs=$(server_programs)
    if [ -z "$programs" ]; then
        install_server
        programs=$(server_programs)
        [ -n "$programs" ] || fail "PostgreSQL with PostGIS is installed but initdb was not found under /usr/lib/postgresql"
    fi
    [ -e "$directory/url" ] && fail "$directory holds a cluster already; stop it first"
    mkdir -p "$directory"
    directory=$(cd "$directory" && pwd)
    password=$(head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n')
    (umask 077 && printf '%s' "$password" >"$directory/password")
    [ "$(id -u)" -ne 0 ] || chown -R "$(server_user)" "$directory"
    unprivileged "$programs/initdb" -D "$directory/data" -U sotram -A scram-sha-256 --pwfile="$directory/password" \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$directory/initdb.log" 2>&1 ||
        { cat "$directory/initdb.log" >&2; fail "PostgreSQL's initdb failed"; }
    cat >>"$directory/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$directory'
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
max_connections = 80
shared_buffers = 1GB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
log_min_messages = error
CONF
    for attempt in 1 2 3; do
        port=$(free_port)
        if unprivileged "$programs/pg_ctl" -D "$directory/data" -l "$directory/server.log" -o "-p $port" -w -t 60 start \
            >"$directory/start.log" 2>&1; then
            break
        fi
        [ "$attempt" -lt 3 ] || { cat "$directory/server.log" >&2; fail "PostgreSQL did not start"; }
    done
    # Databases made later, the tests' own too, are copies of template1: they find the extensions in place.
    for database in template1 postgres; do
        PGPASSWORD=$password "$programs/psql" -q -h 127.0.0.1 -p "$port" -U sotram -d "$database" -v ON_ERROR_STOP=1 \
            -c "CREATE EXTENSION IF NOT EXISTS postgis" -c "CREATE EXTENSION IF NOT EXISTS pg_trgm" >/dev/null
    done
    PGPASSWORD=$password "$programs/createdb" -h 127.0.0.1 -p "$port" -U sotram sotram
    echo "postgis://sotram:$password@127.0.0.1:$port/sotram" >"$directory/url"
    cat "$directory/url"
}

stop() {
    local directory=$1 programs
    [ -e "$directory/data/PG_VERSION" ] || fail "$directory holds no cluster"
    programs=$(server_programs)
    unprivileged "$programs/pg_ctl" -D "$(cd "$directory" && pwd)/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$directory"
}

case "${1:-}:${2:-}" in
    start:?*) start "$2" ;;
    stop:?*) stop "$2" ;;
    url:?*) cat "$2/url" ;;
    *) fail "usage: $0 start|stop|url DIR" ;;
esac
