#!/usr/bin/env bash
# The whole proof: linters, the suite on SpatiaLite and on PostGIS, the browser tests, coverage of them all.
# Runs every part even when one failed, and says at the end which did. Arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

scripts/setup.sh dev || exit 1
PATH="$PWD/.venv/bin:$PATH"
# What the caller runs the product with is no setting of the suite.
unset DATABASE_URL DATA_DIR DEBUG HTTPS SECRET_KEY LEDGER_KEY ALLOWED_HOSTS TERRITORY DEMO

scratch=$(mktemp -d "${TMPDIR:-/tmp}/sotram-test.XXXXXX")
chmod 755 "$scratch"
cleanup() {
    if [ -e "$scratch/postgis/data/PG_VERSION" ]; then scripts/postgis_cluster.sh stop "$scratch/postgis"; fi
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

export TEST_DATA_DIR=$scratch/data COVERAGE_FILE=$scratch/coverage
workers=$(python -c 'import os; print(min(4, len(os.sched_getaffinity(0))))')
failed=()

part() {
    local name=$1 started=$SECONDS
    shift
    printf '\n=== %s\n' "$name"
    "$@" || failed+=("$name")
    printf '=== %s: %d s\n' "$name" $((SECONDS - started))
}

# Coverage is counted on one database and in the browser; the whole is judged at the end, not each part. Each part writes a file of
# its own: pytest-cov begins by deleting the one it is given.
covered() {
    local name=$1
    shift
    COVERAGE_FILE=$COVERAGE_FILE.$name pytest -q --cov --cov-report= --cov-fail-under=0 --durations=5 "$@"
}

on_spatialite() { covered suite -n "$workers" --ignore=tests/browser "$@"; }

on_postgis() {
    local url
    url=$(scripts/postgis_cluster.sh start "$scratch/postgis") || return 1
    DATABASE_URL=$url pytest -q --durations=5 -n "$workers" --ignore=tests/browser "$@"
}

in_browser() {
    if ! command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1; then
        install_packages "the browser tests" chromium || return 1
    fi
    # Playwright brings a node of its own, which needs a library that a bare system lacks.
    if ! .venv/lib/python*/site-packages/playwright/driver/node --version >/dev/null 2>&1; then
        install_packages "the browser tests" libatomic1 || return 1
    fi
    covered browser tests/browser "$@"
}

part "linters" scripts/lint.sh
part "suite on SpatiaLite" on_spatialite "$@"
part "suite on PostGIS" on_postgis "$@"
part "browser tests on SpatiaLite" in_browser "$@"
coverage combine -q "$scratch" || true
part "coverage" coverage report

echo
if [ ${#failed[@]} -gt 0 ]; then
    printf 'make test: FAILED in %d s:' "$SECONDS"
    printf ' [%s]' "${failed[@]}"
    echo
    exit 1
fi
echo "make test: everything passed in $SECONDS s"
