# Two commands: `make map` maps the sample article, `make test` passes the tests. Each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := geomap/samples/2023-09-24-karabakh.txt

.PHONY: map test check clean

map: .venv/ready
	$(BIN)/geomap map $(SAMPLE)

test: .venv/ready
	$(BIN)/python -m pytest
	$(MAKE) check

check: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "geomap needs Python 3.11 or later; call: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv || (rm -rf .venv; echo "python3-venv is missing: apt-get install python3-venv"; exit 1)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch .venv/ready

clean:
	rm -rf .venv build dist output/*.html
