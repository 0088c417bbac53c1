# Every target does its own set-up in .venv first; `make help` lists them.
PYTHON ?= python3
PORT ?= 8080
# Pytest works on so many tests at a time.
JOBS ?= logical
BIN := .venv/bin
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(CURDIR)/$(BIN)/uv pip compile --quiet \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench mutants lock clean
.SUFFIXES:

help: ## this list
	@echo "Daiko. All that is needed is made in .venv by itself:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile
	@echo "Python is $(PYTHON); another one: make PYTHON=python3.12 demo"

demo: .venv/.runtime ## the bot, a Telegram and a shop full of orders in your browser, no token needed
	@$(BIN)/daiko demo --port $(PORT)

test: .venv/.dev ## all tests, on SQLite and PostgreSQL (which comes with it)
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --maxprocesses 4 --dist worksteal $(ARGS)

check: .venv/.dev ## format, lint, types, rooms, catalogs, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@if [ -f views/catalogs.py ]; then $(BIN)/python -m views.catalogs --check; fi
	@if [ -f storage/migrate.py ]; then $(BIN)/python -W ignore:XDG_RUNTIME_DIR -m storage.migrate --check; fi

format: .venv/.dev ## write the code as `make check` wants it
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

bench: .venv/.dev ## the measurements behind docs/decisions.md, ten minutes
	@for name in throughput payments sweep relay; do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

mutants: .venv/.dev ## changes to the rules of money that no test notices (docs/mutants.md), half an hour
	@DAIKO_TEST_ENGINES=sqlite $(BIN)/mutmut run $(MUTANTS)
	@$(BIN)/mutmut results

lock: .venv/.runtime ## requirements/*.txt anew from requirements/*.in, newest versions
	@$(BIN)/python -m pip -qq install --no-compile --require-hashes -r requirements/lock.txt
	@cd requirements && for name in lock runtime dev; do $(COMPILE) --upgrade $$name.in -o $$name.txt; done

clean: ## remove .venv, caches and builds; databases and .env stay
	rm -rf .venv build dist mutants *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.%: requirements/%.txt pyproject.toml scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup $*
