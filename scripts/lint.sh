#!/usr/bin/env bash
# Linters, formats, types, templates, layers. Runs all of them, then fails if any did.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=()

step() {
    local name=$1
    shift
    echo "--- $name"
    "$@" || failed+=("$name")
}

templates() {
    # djlint fails when there is nothing to read.
    [ -z "$(find . -path './*/templates/*.html' -not -path './.venv/*' -not -path './node_modules/*' -print -quit)" ] ||
        djlint --quiet --lint config infra inspections maps
}

model_changes() { DATA_DIR=$(mktemp -d) DATABASE_URL='' python manage.py makemigrations --check --dry-run; }

step "ruff check" ruff check .
step "ruff format" ruff format --check .
step "mypy" mypy
step "djlint" templates
step "import contract" lint-imports --no-logo
step "migrations match the models" model_changes

if [ ${#failed[@]} -gt 0 ]; then
    printf 'lint: failed: %s\n' "${failed[*]}"
    exit 1
fi
echo "lint: all passed"
