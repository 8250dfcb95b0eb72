# Jingtu 净土: everything a person building or trying it needs. `make help` lists the targets.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
# Two workers suit an office PC; more only where there are more cores.
WORKERS ?= 2
PYTEST_ARGS ?=
BIN := $(VENV)/bin
VENDOR := src/jingtu/service/web/static/vendor
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq
# Names of packages as Debian and Ubuntu have them.
TEST_PACKAGES := chromium fonts-noto-cjk libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils
PLANS ?=
# Your own plans live in a folder of their own, apart from the sample year.
export JINGTU_DATA ?= $(if $(PLANS),var/plans,var)

.PHONY: help run packages test test-sqlite test-postgres test-long lint check bench assets requirements openapi-snapshot clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'
	@echo "  make run PLANS=dir serves the plan documents of a folder instead of the sample year."

# --- environment -------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; try make PYTHON=python3.12 ...")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(PYTHON) scripts/packages.py python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/server.stamp: $(BIN)/python requirements/server.txt requirements/build.txt pyproject.toml
	$(PIP) --require-hashes -r requirements/build.txt
	$(PIP) --require-hashes -r requirements/server.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/server.stamp requirements/dev.txt
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENDOR)/assets.stamp: package-lock.json scripts/assets.mjs src/jingtu/service/web/icons.txt
	@command -v npm >/dev/null || { echo "Node.js 20 or later with npm is needed to build the web assets."; exit 1; }
	@node -e 'if (parseInt(process.versions.node) < 20) { console.error("Node.js 20 or later is needed, this is " + process.versions.node); process.exit(1) }'
	npm ci --ignore-scripts --loglevel=error
	node scripts/assets.mjs
	@touch $@

assets: $(VENDOR)/assets.stamp ## Fetch the third-party web files with npm and build the icon sprite

# --- run ---------------------------------------------------------------------------------------------

# The sample year is looked at from its last day; your own plans from today.
run: export JINGTU_TODAY := $(or $(JINGTU_TODAY),$(if $(PLANS),,2024-12-31))
run: ACCOUNTS = $(JINGTU_DATA)/accounts.txt
run: $(VENV)/server.stamp $(VENDOR)/assets.stamp ## Serve the sample year on http://127.0.0.1:8000
	@mkdir -p $(JINGTU_DATA)
	$(BIN)/jingtu init
ifeq ($(PLANS),)
	@test -s $(ACCOUNTS) || (umask 077; $(BIN)/jingtu demo > $(ACCOUNTS).new && mv $(ACCOUNTS).new $(ACCOUNTS))
else
	$(BIN)/jingtu plan load $(PLANS) --confirm
	@test -s $(ACCOUNTS) || (umask 077; $(BIN)/jingtu trial 2> $(ACCOUNTS).new && mv $(ACCOUNTS).new $(ACCOUNTS))
endif
	$(BIN)/jingtu tick
	@cat $(ACCOUNTS)
	$(BIN)/jingtu serve --port $(PORT)

# --- test --------------------------------------------------------------------------------------------

packages:
	@$(PYTHON) scripts/packages.py $(TEST_PACKAGES) || echo "LEFT OUT: the tests that need the packages above"

test: $(VENV)/dev.stamp $(VENDOR)/assets.stamp packages ## Lint, then the whole suite on both databases and in a browser
	$(MAKE) lint
	$(MAKE) check
	$(MAKE) test-postgres
	$(MAKE) test-sqlite

test-sqlite: $(VENV)/dev.stamp $(VENDOR)/assets.stamp ## The whole suite on SQLite, browser included
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -q --durations=10 $(PYTEST_ARGS)

test-postgres: $(VENV)/dev.stamp $(VENDOR)/assets.stamp ## All that touches the database, on a private PostgreSQL
	$(BIN)/python scripts/postgres.py -- $(BIN)/pytest -n $(WORKERS) --dist worksteal -q -m "not browser" \
		tests/platform tests/programme tests/service $(PYTEST_ARGS)

test-long: $(VENV)/dev.stamp $(VENDOR)/assets.stamp packages ## What takes too long for every change
	$(BIN)/python scripts/postgres.py -- $(BIN)/pytest -q -m long $(PYTEST_ARGS)
	$(BIN)/pytest -q -m long $(PYTEST_ARGS)

check: $(VENV)/dev.stamp ## Deployment check, and no model without its migration
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	JINGTU_DATA=$$folder JINGTU_HTTPS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING; \
	JINGTU_DATA=$$folder $(BIN)/python manage.py makemigrations --check --dry-run

lint: $(VENV)/dev.stamp ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/server.stamp $(VENDOR)/assets.stamp ## All benchmarks; see docs/benchmarks.md
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script; done

openapi-snapshot: $(VENV)/dev.stamp ## Write tests/service/api/openapi.json anew after a deliberate change
	$(BIN)/python -m tests.service.api.snapshot

requirements: $(VENV)/dev.stamp ## Pin requirements/*.txt and package-lock.json anew
	$(BIN)/python -m pip --disable-pip-version-check install --quiet pip-tools
	$(BIN)/python scripts/requirements.py --upgrade

clean: ## Remove what was built; data in var/ stays
	rm -rf build dist node_modules $(VENDOR) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
