#!/usr/bin/env bash
# Resolve the locks anew: exact versions with hashes, naming no index. Needs uv and npm.
set -euo pipefail
cd "$(dirname "$0")/.."

for name in requirements requirements-dev requirements-node requirements-peers; do
    uv pip compile "$name.in" -o "$name.txt" --generate-hashes --no-emit-index-url --no-header --no-annotate \
        --python-version 3.11 --universal --quiet "$@"
done
npm install --package-lock-only --ignore-scripts --no-audit --no-fund
if grep -q '"resolved"' package-lock.json; then
    echo "package-lock.json names a registry: set omit-lockfile-registry-resolved=true in .npmrc" >&2
    exit 1
fi
