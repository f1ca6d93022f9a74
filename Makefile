# The same commands by hand and in CI. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PO := $(wildcard webmail/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)
TEST_ENV := DATA_DIR=var/test
SERVICES_ENV := DATABASE_URL=$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
	REDIS_URL=$${REDIS_URL:-redis://127.0.0.1:6379/4} DATA_DIR=var/test-services

PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

# --- Installing. A stamp says which lock is installed; pip checks every hash.
$(BIN)/python:
	@for python in $${PYTHON:-} python3 python3.13 python3.14; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 13))' 2>/dev/null; then \
			exec $$python -m venv .venv; fi; done; \
	echo "Python 3.13 or newer is needed: name it with PYTHON=/path/to/python3.13" >&2; exit 1

.venv/runtime.stamp: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime.stamp

%.mo: %.po .venv/runtime.stamp tools/translations.py
	$(BIN)/python -m tools.translations compile

SCRIPTS := $(shell find static/js -name '*.js')
static/build/behaviours.json: assets/build.py assets/behaviours.mjs assets/editor.js assets/paste.js package.json package-lock.json $(SCRIPTS) | .venv/runtime.stamp
	$(BIN)/python assets/build.py
	@touch $@

.PHONY: install dev assets
assets: static/build/behaviours.json ## bundle the scripts
install: .venv/runtime.stamp $(MO) assets ## everything that a server needs
dev: .venv/dev.stamp $(MO) assets ## everything that a developer needs

# --- Running
.PHONY: demo demo-reset run
demo: install ## two mail servers with people and mail; Ctrl-C stops them
	@$(MANAGE) demo
demo-reset: ## forget what the demo keeps, so that it begins anew
	rm -rf "$${DEMO_DATA_DIR:-var/demo}"
run: install ## one mail server, set up by environment variables
	@$(MANAGE) up

# --- Checking
.PHONY: test test-services check lint chromium
test: dev ## the whole suite on SQLite, without Redis
	$(TEST_ENV) $(PYTEST)
# What knows no database (tests/mailserver and the like) is the same on each.
test-services: dev ## the suite once more on PostgreSQL and Redis
	$(SERVICES_ENV) $(PYTEST) -m "not browser and not clients" tests/flows tests/webmail tests/test_*.py
lint: dev ## format, lint, types, layers, migrations and translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(TEST_ENV) $(MANAGE) check --fail-level WARNING
	$(TEST_ENV) $(MANAGE) makemigrations --check --dry-run
	$(BIN)/python -m tools.translations check
check: ## what CI runs; leaves the work tree as it was
	@git status --porcelain > "$$(git rev-parse --git-dir)/state-before-check"
	$(MAKE) lint
	$(MAKE) test
	@git status --porcelain | diff "$$(git rev-parse --git-dir)/state-before-check" - \
		|| { echo "make check changed the work tree" >&2; exit 1; }
chromium: ## a browser for the browser tests (Debian, as root)
	command -v chromium-headless-shell >/dev/null && command -v chromium >/dev/null || { apt-get update -q \
		&& apt-get install -qy --no-install-recommends chromium chromium-headless-shell fonts-noto-cjk; }

# --- Proofs that take minutes
.PHONY: chaos corpus fuzz
chaos: dev ## kill every part under load, and count what is missing
	$(BIN)/python -m tests.chaos.kill
	$(BIN)/python -m tests.chaos.phases
corpus: dev ## import 6,046 real mails (downloaded once), and open every page of them
	$(BIN)/python -m tests.corpus.spam_assassin
fuzz: dev ## break the readers of foreign bytes for MINUTES=10 (Linux on x86-64); finds go to var/fuzz/
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements-fuzz.txt
	nice $(BIN)/python -m tests.fuzz.run --minutes $(or $(MINUTES),10)

# --- Keeping
.PHONY: translations format lock clean
translations: dev ## bring the catalogues in step with the code
	$(BIN)/python -m tools.translations update
format: dev ## format the code
	$(BIN)/ruff check -q --fix . || true
	$(BIN)/ruff format .
lock: dev ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header \
		--no-emit-index-url -q -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header \
		--no-emit-index-url -q -c requirements-dev.txt -o requirements.txt
	$(BIN)/uv pip compile --group fuzz --generate-hashes --no-header --no-emit-index-url -q -o requirements-fuzz.txt
clean: ## remove what can be made again; data in var/ stays, but for that of tests
	rm -rf .venv node_modules static/build var/test var/test-services $(MO) .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
