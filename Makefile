# Two commands set everything up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
FLOOR := $(VENV)-floor
SPARK := $(VENV)-spark

.PHONY: demo test test-floor test-spark check lint types imports bench clean

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "openvbc needs Python 3.11 or later; set PYTHON=path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e '.[dev,oracles]'
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/vbc demo --output demo-output

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

# The oldest DuckDB that is supported, in an environment of its own.
$(FLOOR)/.installed: pyproject.toml
	$(PYTHON) -m venv $(FLOOR)
	$(FLOOR)/bin/python -m pip install --quiet --upgrade pip
	$(FLOOR)/bin/python -m pip install --quiet -e '.[dev]' 'duckdb==1.4.*'
	touch $@

test-floor: $(FLOOR)/.installed
	$(FLOOR)/bin/python -m pytest tests/engine tests/test_tables.py tests/project \
	  tests/laws tests/oracles/test_generator_truth.py

# Real Spark in local mode (needs Java 17), in an environment of its own.
$(SPARK)/.installed: pyproject.toml
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --upgrade pip
	$(SPARK)/bin/python -m pip install --quiet -e '.[arrow,spark]' pytest hypothesis
	touch $@

test-spark: $(SPARK)/.installed
	$(SPARK)/bin/python -m pytest -m spark tests/engine tests/test_tables.py tests/laws

bench: $(STAMP)
	$(BIN)/python tests/bench/bench_run.py --people 10000

lint: $(STAMP)
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports

check: lint types imports test

clean:
	rm -rf $(VENV) $(FLOOR) $(SPARK) demo-output
