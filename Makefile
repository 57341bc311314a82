# Two commands set everything up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SMALL := $(VENV)/.demo-installed
BROWSER := $(VENV)/.browser-installed
UV := $(BIN)/uv
FLOOR := $(VENV)-floor
SPARK := $(VENV)-spark

AUDIT := $(VENV)-audit
WHEEL := $(VENV)-wheel
MUTANTS := $(VENV)-mutants
LOCK := constraints.txt
ALL := .[dev,oracles]
MAIN := .[app,dataframe]
PIP_AUDIT := pip-audit>=2.7,<3

# Bytecode is written even where the surroundings forbid it: tests start many processes, and one that
# compiles everything anew takes three times as long.
export PYTHONDONTWRITEBYTECODE :=

# What mypy and Hypothesis know of each file, by its content, serves the next clone too: 40 and 8
# seconds of processor.
ifdef HOME
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
export MYPY_CACHE_DIR ?= $(CACHE)/openvbc-mypy
export HYPOTHESIS_STORAGE_DIRECTORY ?= $(CACHE)/openvbc-hypothesis
endif

.PHONY: demo test test-slow test-browser mutants test-floor test-spark check lint types imports bench audit wheel lock clean

# Everything is installed by uv, which takes a third of pip's time and keeps what it unpacked for the
# next environment. It does not read pip's configuration: where it finds no index, pip installs.
# $(call install,ENVIRONMENT,WHAT)
install = $(UV) pip install --quiet --python $(1)/bin/python $(2) || \
  $(BIN)/python -m pip --python $(1)/bin/python install --quiet --no-compile $(2)

$(UV): $(LOCK)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "openvbc needs Python 3.11 or later; set PYTHON=path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --constraint $(LOCK) uv
	touch $(UV)

$(STAMP): pyproject.toml $(LOCK) $(UV)
	$(call install,$(VENV),--constraint $(LOCK) -e '$(ALL)')
	touch $(STAMP)

# What the main job, the app and data frames need; the tests' tools and oracles are three times that.
$(SMALL): pyproject.toml $(LOCK) $(UV)
	$(call install,$(VENV),--constraint $(LOCK) -e '$(MAIN)')
	touch $(SMALL)

demo: $(if $(wildcard $(STAMP)),$(STAMP),$(SMALL))
	$(BIN)/vbc demo --output demo-output

# -rs prints why a test is skipped; a file of tests stays in one process, which makes what it needs
# once; the files come in the order of tests/conftest.py, the longest first, so that no process waits.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder

test: $(STAMP)
	$(BIN)/python -m pytest $(PARALLEL) -rs

# Pages and the app in a real browser; the system gives Chromium, whose name differs.
CHROMIUM = $(shell command -v chromium chromium-browser google-chrome google-chrome-stable | head -n 1)
$(BROWSER): $(STAMP)
	$(call install,$(VENV),--constraint $(LOCK) -e '.[browser]')
	touch $(BROWSER)

test-browser: $(BROWSER)
	test -n "$(CHROMIUM)" || { echo "These tests need Chromium or Google Chrome on the PATH:" \
	  "apt-get install chromium (Debian), snap install chromium (Ubuntu), dnf install chromium" \
	  "(Fedora), brew install --cask google-chrome (macOS; link it as google-chrome)"; exit 1; }
	$(BIN)/python -m pytest -rs -m browser

# Every night: the slow tests too, in a browser where there is one, and ten times the examples
# (docs/testing.md).
test-slow: $(BROWSER)
	$(BIN)/python -m pytest $(PARALLEL) -rs -m "not spark" --hypothesis-profile=nightly

# Every night: changes of the worksheets that no test notices, in a copy of the sources.
$(MUTANTS)/.installed: pyproject.toml $(LOCK) $(UV)
	$(PYTHON) -m venv --without-pip $(MUTANTS)
	$(call install,$(MUTANTS),--constraint $(LOCK) -e '.[mutants]')
	touch $@

mutants: $(MUTANTS)/.installed
	rm -rf $(MUTANTS)/copy
	mkdir $(MUTANTS)/copy
	cp -r src tests pyproject.toml $(MUTANTS)/copy
	cd $(MUTANTS)/copy && PATH="$(abspath $(MUTANTS))/bin:$$PATH" && \
	  cosmic-ray init tests/mutants.toml session.sqlite && \
	  cr-filter-operators session.sqlite tests/mutants.toml && \
	  cosmic-ray baseline tests/mutants.toml && \
	  cosmic-ray exec tests/mutants.toml session.sqlite && \
	  cr-report --surviving-only --show-diff session.sqlite && cr-rate session.sqlite

# The oldest DuckDB that is supported, in an environment of its own.
$(FLOOR)/.installed: pyproject.toml $(LOCK) $(UV)
	$(PYTHON) -m venv --without-pip $(FLOOR)
	grep -v '^duckdb==' $(LOCK) > $(FLOOR)/$(LOCK)
	$(call install,$(FLOOR),--constraint $(FLOOR)/$(LOCK) -e '.[dev]' 'duckdb==1.4.*')
	touch $@

test-floor: $(FLOOR)/.installed
	$(FLOOR)/bin/python -m pytest tests/engine tests/test_tables.py tests/project \
	  tests/laws tests/oracles/test_generator_truth.py

# Real Spark in local mode (needs Java 17), in an environment of its own.
$(SPARK)/.installed: pyproject.toml $(UV)
	$(PYTHON) -m venv --without-pip $(SPARK)
	$(call install,$(SPARK),-e '.[spark]' pytest hypothesis)
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

# Known vulnerabilities of what is locked. Where the service cannot be reached it says so and goes on.
audit: $(UV)
	test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv --without-pip $(AUDIT) && \
	  { $(call install,$(AUDIT),'$(PIP_AUDIT)'); }; }
	$(PYTHON) scripts/audit.py $(AUDIT)/bin/pip-audit $(LOCK)

# The wheel as a user gets it: built, installed with nothing else, its demo run.
wheel: $(UV)
	rm -rf $(WHEEL)
	$(PYTHON) -m venv --without-pip $(WHEEL)
	$(UV) build --quiet --wheel --out-dir $(WHEEL)/dist . || \
	  $(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir $(WHEEL)/dist .
	$(call install,$(WHEEL),--constraint $(LOCK) $(WHEEL)/dist/*.whl)
	cd $(WHEEL) && bin/vbc demo --people 200 --quiet && bin/vbc --version
	rm -rf $(WHEEL)

# Write the lock anew from the environment as it is; run the tests before it is committed.
lock: $(BROWSER)
	$(BIN)/python -m pip freeze --quiet --exclude-editable | grep -v '^openvbc' | LC_ALL=C sort -f > $(LOCK)

clean:
	rm -rf $(VENV) $(FLOOR) $(SPARK) $(AUDIT) $(WHEEL) $(MUTANTS) demo-output
