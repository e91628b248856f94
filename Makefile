# Everything runs in .venv, made from hash-locked requirements, with uv when it is there and pip otherwise.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

.PHONY: run test install check bench study lock clean

run: install ## serve the site with a fictional demonstration campaign at http://127.0.0.1:$(PORT)/
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) load_catalogue
	$(MANAGE) load_questionnaire
	$(MANAGE) load_codebook
	$(MANAGE) create_demonstration
	$(MANAGE) runserver --noreload 127.0.0.1:$(PORT)

test: .venv/test.stamp ## run the whole suite, on SQLite then on PostgreSQL, with browser tests where Chromium is
	$(BIN)/python tests/run.py

install: .venv/run.stamp .env ## only the environment

check: .venv/test.stamp .env ## linters and static checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(MANAGE) makemigrations --check --dry-run
	DEBUG=0 SECRET_KEY=$$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n') ALLOWED_HOSTS=check.invalid $(MANAGE) check --deploy --fail-level WARNING

bench: .venv/run.stamp ## the benchmarks, on PostgreSQL; PARTS="loop pages" for some of them
	$(BIN)/python tests/bench/run.py $(PARTS)

study: .venv/test.stamp ## the validation of the statistical method, written to docs/methode-validation.md
	$(BIN)/python -m tests.study.run

lock: .venv/run.stamp ## renew the locked requirements (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-test.in -o requirements-test.txt

clean:
	rm -rf .venv .env db.sqlite3* staticfiles

.venv/bin/python:
	$(PYTHON) -m venv .venv

define INSTALL
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
	fi
endef

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(call INSTALL,requirements.txt)
	@touch $@

.venv/test.stamp: requirements-test.txt | .venv/bin/python
	$(call INSTALL,requirements-test.txt)
	@touch $@ .venv/run.stamp

# Development settings: never read when the environment names its own SECRET_KEY.
.env:
	@printf 'DEBUG=1\nSECRET_KEY=%s\n' "$$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" > $@
