# `make` or `make help` lists what there is. Everything runs in .venv, made from requirements.lock.

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export PYTHONUTF8 := 1
# the tests' PostgreSQL, started by root, asks for useradd
export PATH := $(PATH):/usr/sbin:/sbin
# test processes; each file of tests stays in one of them, so that an engine is started once
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install run test test-policy test-rest chaos check lint types imports format plans coverage clocks rehearsals bench lock clean

help: ## this list
	@grep -hE '^[.a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: .venv ## the program at .venv/bin/duban, everything it needs beside it

.venv: .venv/.installed

# --no-deps: the lock is complete, and pip before 23.3 takes sqlalchemy[asyncio] and SQLAlchemy for two things
.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 或更新版本（含 venv）：make PYTHON=python3.11 …" >&2; exit 2; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip check
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

run: .venv ## the whole system on this machine with the sample city; Ctrl-C stops it
	$(BIN)/duban up --demo

test: test-policy test-rest ## every test; tests/policy must cover every branch of policy/

# The two halves run each test once: coverage is measured where it counts and slows nothing else.
coverage: test-policy ## tests/policy alone, with the branch coverage of policy/ (100 %)
test-policy: .venv
	$(BIN)/pytest tests/policy --cov=policy --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

test-rest: .venv
	$(BIN)/pytest --ignore=tests/policy -n $(JOBS) --dist loadfile

# takes minutes; `make test` asks 10,000
clocks: .venv ## both clocks against a naive replay, by 100,000 questions (or QUESTIONS=…)
	DUBAN_QUESTIONS=$(or $(QUESTIONS),100000) nice $(BIN)/pytest tests/db/test_clocks.py -n0 --durations=3

# ten seconds a city; `make test` plays two
rehearsals: .venv ## rehearsals against naive ones, of 30 random cities (or CITIES=…)
	DUBAN_CITIES=$(or $(CITIES),30) nice $(BIN)/pytest tests/tasks/test_rehearsal_law.py -n $(JOBS)

# files in memory where there is such a folder: processes die here, machines do not
INJECTIONS ?= 10000
chaos: export TMPDIR := $(firstword $(wildcard /dev/shm) /tmp)
chaos: .venv ## the tests of what may go wrong, at length: 10,000 things (or INJECTIONS=…) on both engines
	DUBAN_CHAOS=$(INJECTIONS) nice $(BIN)/pytest tests/tasks/test_life.py -m chaos -n $(JOBS) -s
	DUBAN_SKIPS=$(or $(SKIPS),100) nice $(BIN)/pytest tests/tasks/test_path_independence.py -n $(JOBS)
	nice $(BIN)/pytest tests/tasks/test_crashes.py tests/tasks/test_send_ledger.py -m chaos -n0

check: lint types imports test ## all that CI does

lint: .venv ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv ## mypy on policy, db, notifications, tasks
	$(BIN)/mypy

imports: .venv ## who may import whom
	$(BIN)/lint-imports

format: .venv ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

plans: .venv ## every plan loads, and all its clauses are served or named
	$(BIN)/duban plans check

bench: .venv ## how fast, against the bare floor
	$(BIN)/python -m bench

lock: ## requirements.lock anew from requirements.in (takes minutes)
	$(PYTHON) -m venv --clear .lockenv
	.lockenv/bin/python -m pip install --quiet pip-tools
	PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= .lockenv/bin/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options -o requirements.lock requirements.in
	rm -rf .lockenv

clean: ## take away what can be made again
	rm -rf .venv .lockenv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
