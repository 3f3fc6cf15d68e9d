#!/usr/bin/env bash
# Gather the texts of code and templates into locale/ and compile them. Gathering needs the gettext programs; running does not.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

command -v xgettext >/dev/null 2>&1 || install_packages "gathering texts" gettext
mkdir -p locale/vi/LC_MESSAGES
.venv/bin/python manage.py makemessages --locale vi --no-location --no-wrap --ignore=.venv --ignore=node_modules --ignore=var --ignore=tests
.venv/bin/python scripts/compile_messages.py .
