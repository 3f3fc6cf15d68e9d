#!/usr/bin/env bash
# From a fresh clone to a running Sổ Trạm: set-up, tables, reference data, demo province, web server and worker.
#
#   HOST (127.0.0.1)  PORT (8000)  DATA_DIR (var/)  DATABASE_URL (a SpatiaLite file in DATA_DIR)  DEMO=0 (an empty register)
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh run
.venv/bin/python scripts/serve.py "${HOST:-127.0.0.1}" "${PORT:-8000}" --check
if ! .venv/bin/python scripts/prepared.py; then
    .venv/bin/python manage.py prepare
    .venv/bin/python scripts/prepared.py --note || true
fi
exec .venv/bin/python scripts/serve.py "${HOST:-127.0.0.1}" "${PORT:-8000}"
