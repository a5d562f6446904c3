# regspec: `make book` builds the executed book, `make test` runs every check.
# Both set everything up first (a virtual environment in .venv from the locked requirements.txt).
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python
UV_VERSION := 0.13.9
AUDIT_VERSION := 2.10.1
STAMP  := $(VENV)/.installed

# A local mirror of the public data is looked at first (see data/README.md).
ifeq ($(origin REGSPEC_DATA),undefined)
ifneq ($(wildcard ../shared/data),)
export REGSPEC_DATA := $(abspath ../shared/data)
endif
endif
export JUPYTER_PLATFORM_DIRS := 1

.PHONY: help setup book pdf check twice audit test lint types units coverage notebooks bench links data readme wheel lock clean distclean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## create .venv from requirements.txt and install the package

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 13); sys.exit(0 if ok else f"regspec needs Python 3.11 to 3.13, found {sys.version.split()[0]}; set PYTHON=python3.12, say")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --python $(PY) -r <(grep -v '^-e' requirements.txt)
	$(BIN)/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

book: setup ## run what changed and build the website in _build/html
	$(PY) -m regspec book

pdf: setup ## the same, and the whole book as _build/regspec.pdf (needs Chromium)
	$(PY) -m regspec book --pdf

check: setup ## which committed executions are stale; fails if one is
	$(PY) -m regspec check

twice: setup ## execute every notebook two times and compare to the last byte (long; not part of `make test`)
	$(PY) -m regspec check --twice

test: setup lint types units notebooks ## everything that must hold: style, types, tests, notebooks

lint: setup ## ruff (rules and format) and spelling
	$(BIN)/ruff check lib tests benchmarks book conftest.py
	$(BIN)/ruff format --check lib tests benchmarks book conftest.py
	$(BIN)/codespell lib tests benchmarks book notebooks/*.py notebooks/*.yml scenarios data/*.md data/*/*.md *.md *.yml

types: setup ## mypy on lib/
	$(BIN)/mypy

# Two workers with one thread each: threads of both would compete for the same cores. Files in the
# order of conftest.py.
SHARED := -n 2 --dist loadfile --no-loadscope-reorder

units: setup ## unit, property, published-value, manifest and book tests; examples in docstrings
	NUMBA_NUM_THREADS=1 $(PY) -m pytest tests $(SHARED) -q
	NUMBA_NUM_THREADS=1 $(PY) -m pytest --doctest-modules lib $(SHARED) -q

coverage: setup ## lines of lib/ that the tests of `make units` run, compiled kernels apart (not part of `make test`)
	@rm -rf _build/coverage && mkdir -p _build/coverage
	COVERAGE_PROCESS_START=$(CURDIR)/pyproject.toml NUMBA_NUM_THREADS=1 $(BIN)/coverage run -m pytest tests $(SHARED) -q
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --sort=cover

notebooks: setup ## execute every notebook again and compare what it printed
	$(PY) -m regspec check
	NUMBA_NUM_THREADS=1 $(PY) -m pytest --nbval --nbval-current-env -p no:cacheprovider $(SHARED) -q notebooks

audit: setup ## known weaknesses of the locked packages, from osv.dev (needs a network; not part of `make test`)
	$(BIN)/uv tool run --from pip-audit==$(AUDIT_VERSION) pip-audit --no-deps --disable-pip --vulnerability-service osv \
	  -r <(grep -v '^-e' requirements.txt)

bench: setup ## timings side by side, written to data/results/bench*.csv; QUICK=1 for a short run
	$(PY) -m benchmarks.run $(if $(QUICK),--quick)

links: setup ## ask every outside address that the built pages link to (needs a network; not part of `make test`)
	$(PY) tests/book/links.py

data: setup ## download the public data that are missing and show where each file is
	$(PY) -m regspec data fetch

readme: setup ## write the data editor's sections of README.md, and the layers in CONTRIBUTING.md
	$(PY) -m regspec.book.readme

wheel: setup ## build the wheel in _build/dist
	$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w _build/dist .
	rm -rf build

lock: setup ## resolve requirements.txt anew (first for 3.11, then for all supported versions)
	$(BIN)/uv pip compile pyproject.toml --all-extras --no-annotate -q --upgrade -p 3.11 \
	  --no-emit-index-url --no-emit-find-links -o _build/constraints.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --no-annotate -q --universal -p 3.11 \
	  --no-emit-index-url --no-emit-find-links -c _build/constraints.txt \
	  --custom-compile-command "make lock" -o requirements.txt
	printf '# The package of this repository.\n-e .\n' >> requirements.txt

clean: ## remove the built book and caches
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -type d -prune -exec rm -rf {} +

distclean: clean ## remove the virtual environment too
	rm -rf $(VENV) lib/*.egg-info
