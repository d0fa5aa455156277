# What one does with Samspill. Everything is kept in .venv and samspill-data; `make clean` removes the first.

PYTHON ?= python3
PEOPLE ?= 200
PORT ?= 8000
DATA ?= samspill-data
WORKERS ?= auto

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
HOOK := pyproject.toml hatch_build.py requirements/run.in requirements/definitions.lock \
	$(wildcard build_hook/*.py assets/*) $(wildcard src/samspill/fhir/definitions/*.py)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check lint format bench proof golden docs lock clean

help: ## say what there is to do
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

setup: .venv/.built ## fill .venv with what the program needs, and nothing else

demo: setup ## serve a small synthetic Norway on 127.0.0.1:8000, filled on the first run
	@$(BIN)/python -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("127.0.0.1", $(PORT))) == 0)' \
		|| { echo "Port $(PORT) is taken. Stop what uses it, or run: make demo PORT=8001"; exit 1; }
	@test -d $(DATA) || { rm -rf $(DATA).part \
		&& $(BIN)/samspill seed --people $(PEOPLE) --data $(DATA).part \
		&& mv $(DATA).part $(DATA); }
	@exec $(BIN)/samspill serve --demo --data $(DATA) --port $(PORT)

test: .venv/.dev ## run the whole test suite
	$(BIN)/pytest -q -n $(WORKERS) --dist loadfile

check: lint test ## everything that must hold before a change lands

lint: .venv/.dev ## form, types and contracts, without the tests
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/.dev ## put the code in form
	$(BIN)/ruff format --quiet
	$(BIN)/ruff check --quiet --fix

bench: .venv/.dev ## measure, each figure beside its yardstick of the same run, and write docs/bench.md
	$(BIN)/python -m bench $(ROOMS)

proof: .venv/.dev ## the long forms of the proofs into docs/proof.md; in pieces: PROOF_MINUTES=30
	PROOF=write PROOF_MINUTES=$(PROOF_MINUTES) $(BIN)/pytest -q -m proof tests

golden: .venv/.dev ## rewrite the golden files; read the diff
	GOLDEN=write $(BIN)/pytest -q tests/golden

docs: .venv/.dev ## print the pages that come from the code
	$(BIN)/python -m samspill.base.settings > docs/settings.md

lock: .venv/.dev ## pin the newest versions that requirements/*.in allow
	for name in run build dev node; do $(BIN)/uv pip compile --quiet --upgrade --universal \
		--generate-hashes --no-emit-index-url --python-version 3.11 \
		requirements/$$name.in -o requirements/$$name.lock || exit 1; done

clean: ## remove the environment and what the tools keep
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Samspill needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Python has no venv here; on Debian: apt-get install python3-venv"; exit 1; }

.venv/.packages: requirements/build.lock requirements/node.lock | .venv/bin/python
	@echo "Filling .venv (a minute on the first run)"
	@$(PIP) install --require-hashes -r requirements/build.lock
	@command -v npm > /dev/null || $(PIP) install --require-hashes -r requirements/node.lock
	@touch $@

.venv/.built: .venv/.packages $(HOOK)
	@echo "Fetching the FHIR definitions and the web assets, and building"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.built requirements/dev.lock
	@echo "Adding the tools that test"
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@
