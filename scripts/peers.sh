#!/usr/bin/env bash
# Makes the environment of the peers that the benchmarks measure beside the product, from requirements-peers.txt, and prints its
# Python. It is apart from .venv: what a peer needs must not decide what the product runs on. Does only what changed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

PEERS=.venv-peers
stamp=$(digest requirements-peers.txt)

exec 9>.peers.lock
command -v flock >/dev/null 2>&1 && flock 9

if [ "$(cat "$PEERS/.sotram-stamp" 2>/dev/null || true)" != "$stamp" ]; then
    say "installing the measured peers of requirements-peers.txt into $PEERS"
    rm -rf "$PEERS"
    # The same Python as the product's, so that a difference is the peer's own.
    "$(.venv/bin/python -c 'import sys; print(sys._base_executable)')" -m venv "$PEERS"
    install_lock "$PEERS" requirements-peers.txt
    echo "$stamp" >"$PEERS/.sotram-stamp"
fi
echo "$PWD/$PEERS/bin/python"
