#!/usr/bin/env bash
# Every benchmark on both databases, in scratch databases of their own; one JSON object a line on stdout, the rest on stderr.
# Arguments go to ./manage.py bench.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

# The field app is measured in a browser.
scripts/setup.sh dev >&2
if ! command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1; then
    (install_packages "measuring the field app" chromium) >&2 || say "no Chromium: measuring without the field app"
fi
unset DEBUG HTTPS ALLOWED_HOSTS
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sotram-bench.XXXXXX")
chmod 755 "$scratch"
cleanup() {
    if [ -e "$scratch/postgis/data/PG_VERSION" ]; then scripts/postgis_cluster.sh stop "$scratch/postgis"; fi
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Benchmarks start a peer with this Python; without it (no network, say) they measure the product alone and say so.
PEERS_PYTHON=$(scripts/peers.sh) || { say "no environment of the peers: measuring without them"; PEERS_PYTHON=; }
export PEERS_PYTHON

bench() { DATA_DIR=$scratch/$1 DATABASE_URL=$2 .venv/bin/python manage.py bench "${@:3}"; }

say "benchmarks on SpatiaLite"
bench spatialite "" "$@"
say "benchmarks on PostGIS"
bench postgis "$(scripts/postgis_cluster.sh start "$scratch/postgis")" "$@"
