# make demo: the program at work.  make test: everything that must hold.  Both need only Python >= 3.10 and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint audit bench docs pictures faults clean

demo: $(VENV)/installed
	$(BIN)/zhengshe demo

test: lint
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive zhengshe
	@$(MAKE) --no-print-directory audit

# Known vulnerabilities in what we depend on. Without a network there is nobody to ask, and that is no failure.
QUIET := --quiet --disable-pip-version-check
audit: $(VENV)/installed-dev
	@if ! $(BIN)/python -m pip install $(QUIET) --timeout 5 --retries 0 'pip-audit>=2.7' 2>/dev/null; then \
	  echo "pip-audit: cannot be installed without a network, nothing asked"; \
	elif ! said=$$($(BIN)/pip-audit --skip-editable --progress-spinner off --timeout 5 2>&1); then \
	  if echo "$$said" | grep -q 'known vulnerabilit'; then echo "$$said"; exit 1; fi; \
	  echo "pip-audit: the network is out of reach, nothing asked"; \
	else echo "$$said" | head -1; fi

# all of them take an hour; BENCH='startup search' runs these only, BENCH=--small tries all of them at a small size
bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/run.py $(BENCH)

docs: $(VENV)/installed-dev
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

pictures: $(VENV)/installed-dev
	$(BIN)/python docs/pictures.py

faults: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]' || echo "atheris: cannot be installed"
	$(BIN)/python -m tests.faults.run

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
