.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

BOOTSTRAP_PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
PACKAGES := $(sort $(wildcard libs/*/pyproject.toml services/*/pyproject.toml workflows/pyproject.toml))
PACKAGE_DIRS := $(patsubst %/pyproject.toml,%,$(PACKAGES))
MODULES := $(notdir $(wildcard $(addsuffix /stepwell_*,$(PACKAGE_DIRS))))
TESTS := $(wildcard $(addsuffix /tests,$(PACKAGE_DIRS)) tests)
PYTEST_ARGS ?=
# pytest ends with 5 when nothing was chosen.
OR_NONE_CHOSEN = $(if $(PYTEST_ARGS),|| [ $$? -eq 5 ])
# Databases and logs of tests live in memory where it has two gigabytes to spare: most of a test is making its database.
SHARED_MEMORY = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 {print $$6}')
IN_MEMORY = $(if $(SHARED_MEMORY),PYTEST_DEBUG_TEMPROOT=$(SHARED_MEMORY))
# One more than cores: tests of packages wait for databases and processes a fifth of their time.
WORKERS ?= $(shell getconf _NPROCESSORS_ONLN | awk '{print $$1 < 4 ? $$1 + 1 : 4}')
RUN_ARGS ?=
PATIENTS ?= 8
DAY ?= 0.5s
UNTIL ?= aftercare-30
SEED ?= 1

# The system's certificates as well as uv's own: some machines reach their package index through a proxy.
export UV_SYSTEM_CERTS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1
# A platform is a dozen processes that import the same thousand modules; images for containers forbid to keep them compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run stop migrate demo test check fmt lint types types-of-packages types-of-tests house locks clean

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) ## start the platform with a network at work; Ctrl-C stops it (RUN_ARGS="--patients 0" without)
	@exec $(BIN)/python -m stepwell_devstack run $(RUN_ARGS)

stop: $(READY) ## stop a platform that runs in another terminal
	@exec $(BIN)/python -m stepwell_devstack stop

migrate: $(READY) ## bring the databases of the local platform to the newest schema
	@exec $(BIN)/python -m stepwell_devstack migrate

demo: $(READY) ## live a small cohort through on a fresh platform and judge it (PATIENTS=8 DAY=0.5s UNTIL=closed SEED=1)
	@exec $(BIN)/python -m stepwell_devstack demo --home .stepwell-demo \
	  --patients $(PATIENTS) --day $(DAY) --until $(UNTIL) --seed $(SEED)

# The tests of packages and commands run side by side. Those that start the whole platform follow one after the other: they live
# by its clock.
test: $(READY) ## run all tests on real parts (PYTEST_ARGS="..." for less or more)
	$(IN_MEMORY) $(BIN)/pytest $(filter-out tests,$(TESTS)) tests/commands --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder $(PYTEST_ARGS) $(OR_NONE_CHOSEN)
	$(IN_MEMORY) $(BIN)/pytest tests --ignore=tests/architecture --ignore=tests/commands $(PYTEST_ARGS) $(OR_NONE_CHOSEN)

check: lint types house ## everything that reads the code without running the platform

fmt: $(READY) ## format the code and order its imports
	$(BIN)/ruff check --select I --fix --quiet .
	$(BIN)/ruff format .

lint: $(READY) ## formatting, ruff's rules, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo

types: types-of-packages types-of-tests ## mypy, strict, over packages and tests

types-of-packages: $(READY)
	$(BIN)/mypy $(addprefix --package=,$(MODULES))

types-of-tests: $(READY)
	$(BIN)/mypy $(TESTS) $(wildcard benchmarks)

house: $(READY) ## the rules of the house
	$(BIN)/pytest tests/architecture

locks: $(BIN)/uv ## compile requirements/*.in to *.lock (UPGRADE=--upgrade for new versions)
	requirements/compile $(UPGRADE)

clean: ## remove the environment and all caches (the platform's data in .stepwell stays)
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find libs services workflows tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/uv: requirements/uv.lock
	$(BOOTSTRAP_PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Stepwell needs Python 3.11 or newer")'
	$(BOOTSTRAP_PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/uv.lock
	@touch $@

$(READY): $(BIN)/uv $(wildcard requirements/*.lock) requirements/install $(PACKAGES)
	requirements/install $(PACKAGE_DIRS)
	@touch $@
