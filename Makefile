# make demo: the program at work.  make test: everything that must hold.  Both need only Python >= 3.10 and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench docs faults clean

demo: $(VENV)/installed
	$(BIN)/zhengshe demo

test: lint
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# all of them take an hour; BENCH='startup search' runs these only, BENCH=--small tries all of them at a small size
bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/run.py $(BENCH)

docs: $(VENV)/installed-dev
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

faults: $(VENV)/installed-dev
	$(BIN)/python tests/faults/run.py

clean:
	rm -rf $(VENV) build dist site *.egg-info zhengshe-demo.db

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/installed
