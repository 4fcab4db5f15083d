# What a contributor types; `make` alone lists it. Needs Python 3.11 or newer, make and a package
# registry that pip knows. Everything is installed into .venv, by the hashes in requirements/.

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
UV_VERSION := 0.13.9
SOURCES := $(wildcard states notifications workflow benchmarks tools tests hatch_build.py)
CATALOGS := $(wildcard notifications/locale/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help:
	@echo 'make demo      a report becomes tracked issues, told as a story; leaves rectify-demo/'
	@echo 'make test      run every test'
	@echo 'make check     format, lint, types, import contracts, catalogs and docs in step'
	@echo 'make format    rewrite the code in the agreed format'
	@echo 'make bench     measure, and write benchmarks/RESULTS.md'
	@echo 'make chaos     kill workers that deliver, hundreds of times, and count what became of it'
	@echo 'make tampering forge logs in every way we know, and count which are found'
	@echo 'make browser   install Chromium, in which pages are tested (Debian, as root)'
	@echo 'make docs      write the generated parts of docs/reference anew'
	@echo 'make messages  collect the texts of the code into the message catalogs'
	@echo 'make lock      renew requirements/*.lock (newest versions: make lock UPGRADE=--upgrade)'
	@echo 'make clean     remove the environment and everything else that can be made again'
	@echo
	@echo 'Another interpreter: make test PYTHON=python3.13 (after make clean).'
	@echo 'Some of the tests:   make test ARGS="tests/unit -k refuses"; all of them use every core.'

# --- environment -----------------------------------------------------------------------------
# .venv/checkout says for which folder .venv was made: a checkout that was moved or copied holds
# scripts that point to the old place, so its environment is made anew.

ifneq "$(shell cat .venv/checkout 2>/dev/null)" "$(CURDIR)"
.PHONY: .venv/checkout
endif
.venv/checkout:
	@"$(PYTHON)" -c '' 2>/dev/null || { echo >&2 \
	  'rectify: "$(PYTHON)" does not run; name a Python: make PYTHON=/path/to/python3 ...'; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
	  "rectify needs Python 3.11 or newer, but $(PYTHON) is `"$(PYTHON)" -V 2>&1`;" \
	  'name another one: make PYTHON=/path/to/python3.11 ...'; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo >&2 \
	  'rectify: this Python cannot make virtual environments;' \
	  'on Debian and Ubuntu install the package python3-venv and try again'; exit 1; }
	@echo 'making .venv'
	@rm -rf .venv
	@"$(PYTHON)" -m venv .venv
	@printf '%s' "$(CURDIR)" > $@

.venv/runtime: requirements/runtime.lock requirements/build.lock | .venv/checkout
	@echo 'installing what rectify needs to run'
	@$(PIP_INSTALL) --require-hashes -r requirements/runtime.lock -r requirements/build.lock
	@touch $@

# The development lock holds the other two with the same versions.
.venv/development: requirements/dev.lock | .venv/checkout
	@echo 'installing what rectify needs to run, to be tested and to be checked'
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.lock
	@touch .venv/runtime $@

# Installing compiles the message catalogs, so a changed translation installs again.
.venv/project: pyproject.toml hatch_build.py $(CATALOGS) | .venv/runtime
	@$(PIP_INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

.PHONY: install-runtime install-development
install-runtime: .venv/runtime .venv/project
install-development: .venv/development .venv/project

# --- daily work ------------------------------------------------------------------------------

.PHONY: demo
demo: install-runtime
	@$(BIN)/rectify demo $(ARGS)

.PHONY: test
test: install-development
	@$(BIN)/python -m pytest $(or $(ARGS),--numprocesses auto)

.PHONY: check check-format check-lint check-types check-imports check-messages check-docs
check: check-format check-lint check-types check-imports check-messages check-docs

check-format: install-development
	@$(BIN)/python -m ruff format --check .

check-lint: install-development
	@$(BIN)/python -m ruff check .

check-types: install-development
	@$(BIN)/python -m mypy $(SOURCES)

check-imports: install-development
	@$(BIN)/lint-imports --no-logo

check-messages: install-development
	@$(BIN)/python -m tools.messages check

check-docs: install-development
	@$(BIN)/python -m tools.reference check
	@$(BIN)/python -m pytest $(wildcard tests/docs) tests/architecture

.PHONY: format
format: install-development
	@$(BIN)/python -m ruff check --select I --fix .
	@$(BIN)/python -m ruff format .

.PHONY: docs
docs: install-development
	@$(BIN)/python -m tools.reference update

# The libraries to compare with are nobody else's business: they get an environment of their own.
PEERS := benchmarks/requirements.lock
.venv-bench/ready: requirements/runtime.lock requirements/build.lock $(PEERS) | .venv/checkout
	@rm -rf .venv-bench
	@$(BIN)/python -m venv .venv-bench
	@$(PIP_INSTALL:.venv/%=.venv-bench/%) --require-hashes \
	  -r requirements/runtime.lock -r requirements/build.lock
	@$(PIP_INSTALL:.venv/%=.venv-bench/%) --require-hashes -r $(PEERS)
	@$(PIP_INSTALL:.venv/%=.venv-bench/%) --no-build-isolation --no-deps --editable .
	@touch $@

.PHONY: bench
bench: .venv-bench/ready
	@.venv-bench/bin/python -m benchmarks $(ARGS)

.PHONY: chaos
chaos: install-development
	@$(BIN)/python -m tests.crashing.chaos $(ARGS)

.PHONY: tampering
tampering: install-development
	@$(BIN)/python -m tests.tampering $(ARGS)

.PHONY: browser
browser:
	@for name in chromium chromium-browser google-chrome; do \
	  if command -v "$$name" >/dev/null; then exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium fonts-noto-cjk; \
	else echo >&2 'rectify: install Chromium to test pages in it (Debian: apt install chromium)'; fi

.PHONY: messages
messages: install-development
	@$(BIN)/python -m tools.messages update

# --- upkeep ----------------------------------------------------------------------------------
# uv resolves for every platform and Python at once and notes the hashes of all their wheels. It is
# needed here alone, in an environment of its own. The development lock leads, the others follow it.

LOCK := .venv-lock/bin/uv --system-certs pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

.PHONY: lock
lock:
	@"$(PYTHON)" -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(LOCK) $(UPGRADE) --all-extras --group dev pyproject.toml -o requirements/dev.lock
	@$(LOCK) -c requirements/dev.lock pyproject.toml -o requirements/runtime.lock
	@$(LOCK) -c requirements/dev.lock --group build -o requirements/build.lock
	@$(LOCK) -c requirements/dev.lock benchmarks/requirements.in -o benchmarks/requirements.lock

.PHONY: clean
clean:
	@rm -rf .venv .venv-bench .venv-lock .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache \
	  build dist notifications/locale/*/LC_MESSAGES/*.mo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
