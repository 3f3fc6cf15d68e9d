#!/usr/bin/env bash
# Gather the texts of code and templates into locale/ and compile them. New texts wait there for their translation.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/python scripts/gather_messages.py .
.venv/bin/python scripts/compile_messages.py .
