# Two commands: `make map` maps the sample article, `make test` passes the tests. Each sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := geomap/samples/2023-09-24-karabakh.txt

.PHONY: map test test-fast check lock bench growth fuzz attack audit clean

map: .venv/ready
	$(BIN)/geomap map $(SAMPLE)

test: .venv/ready
	$(BIN)/python -m pytest
	$(MAKE) check

# The groups that take less than a minute on two cores: no browser, no real geodata, no attacks.
test-fast: .venv/ready
	$(BIN)/python -m pytest -m "not slow and not browser and not shared and not geodata" --ignore=tests/attack

check: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "geomap needs Python 3.11 or later; call: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv || (rm -rf .venv; echo "python3-venv is missing: apt-get install python3-venv"; exit 1)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch .venv/ready

# Pins and hashes of everything that is installed, the build backend included, for every platform; keeps the versions that still fit.
lock: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	printf 'hatchling\neditables\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --extra test -o requirements.lock pyproject.toml -

# Times, against what a user would pick instead; those have an environment of their own.
bench: .venv/ready .venv-compare/ready
	$(BIN)/python benchmarks/bench.py --compare .venv-compare/bin/python

.venv-compare/ready: benchmarks/requirements-compare.txt
	$(PYTHON) -m venv .venv-compare
	.venv-compare/bin/pip install --quiet --disable-pip-version-check -r benchmarks/requirements-compare.txt
	touch .venv-compare/ready

# How a project grows from 1,000 to 10,000 articles, as a table and docs/growth.svg; needs chromium and a quarter of an hour.
growth: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check matplotlib
	$(BIN)/python benchmarks/growth.py docs/growth.svg

# TARGET=articles SECONDS=3600; the targets are in tests/fuzz/targets.py. Needs Linux and CPython 3.11 to 3.13 for atheris.
fuzz: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check atheris
	$(BIN)/python -m tests.fuzz.run $(or $(TARGET),articles) -max_total_time=$(or $(SECONDS),600) -timeout=20 -rss_limit_mb=3000

# Every attack of tests/attack in its long form, in turn, until SECONDS are over; needs chromium and strace.
attack: .venv/ready
	$(BIN)/python -m tests.attack --seconds $(or $(SECONDS),3600)

# Licences of what is installed, and known weaknesses; asks PyPI and the advisory database.
audit: .venv/ready
	$(BIN)/pip install --quiet --disable-pip-version-check pip-audit pip-licenses
	$(BIN)/pip-licenses --order=license --format=markdown
	$(BIN)/pip-audit --strict --progress-spinner off --requirement requirements.lock || \
	  (echo "make audit: a weakness is listed above, or the advisory database did not answer and nothing is known" >&2; exit 1)

clean:
	rm -rf .venv .venv-compare build dist output/*.html
