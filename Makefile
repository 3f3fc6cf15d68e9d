# Everything a person starts. Each target first makes what is missing (scripts/setup.sh).
# Settings come from the environment: HOST, PORT, DATA_DIR, DATABASE_URL, DEMO, PYTHON; see docs/settings.md.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run certificate setup test lint format bench messages lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## start web server and worker on http://HOST:PORT
	@exec scripts/run.sh

certificate: ## an own certificate for HTTPS in a closed network: NAMES="sotram.lan 192.168.1.20"
	@[ -n "$(NAMES)" ] || { echo 'Say under which names phones reach the server: make certificate NAMES="sotram.lan 192.168.1.20"' >&2; exit 1; }
	@scripts/setup.sh run
	@.venv/bin/python scripts/make_certificate.py tls $(NAMES)

setup: ## make the environment for work on the code
	@scripts/setup.sh dev

test: ## linters, the suite on SpatiaLite and PostGIS, browser tests
	@scripts/test.sh

lint: setup ## linters, types, templates, import contract
	@scripts/lint.sh

format: setup ## format code and templates
	@.venv/bin/ruff check -q --fix-only . ; .venv/bin/ruff format -q .
	@.venv/bin/djlint --reformat --quiet . || true

bench: ## every benchmark on both databases, one JSON object a line
	@scripts/bench.sh

messages: setup ## gather the texts of the code into locale/ and compile them
	@scripts/messages.sh

lock: ## resolve the locks anew (needs uv and npm)
	@scripts/lock.sh

clean: ## delete what the set-up and the tools made (not var/)
	rm -rf .venv .venv-peers node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage* test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} + ; find locale -name '*.mo' -delete 2>/dev/null || true
