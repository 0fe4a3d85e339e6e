# One word a job. Each sets up what it needs in this folder: a virtual environment with locked versions.

PYTHON ?= python3
VENV := .venv
REPLAY := .venv-replay
BIN := $(VENV)/bin

.PHONY: demo test crawl extras lint format replica bench lock clean help

help: ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/run.stamp ## crawl the bundled replica of finews and show what came out
	@$(BIN)/python -m tests.replica demo

crawl: $(VENV)/run.stamp ## archive the live site into output/finews/ (add ARGS="-a since=2022-03-01")
	$(BIN)/scrapy crawl finews $(ARGS)

test: $(VENV)/test.stamp $(REPLAY)/stamp ## run the tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

extras: $(VENV)/extras.stamp ## install what exports, browses, reads remote stores, works on a Dask cluster

lint: $(VENV)/test.stamp ## formatting, lint rules, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/test.stamp ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

replica: $(VENV)/run.stamp ## make the bundled replica anew (needs Jekyll)
	$(BIN)/python -m tests.replica build

bench: $(VENV)/run.stamp ## measure against a bare Scrapy spider (needs Jekyll and nginx)
	$(BIN)/python -m benchmarks $(ARGS)

lock: ## write the lock files anew from pyproject.toml
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet uv
	$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml -o requirements.lock
	$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --extra codings --extra remote --extra cluster --extra wacz --extra export --extra browse -c requirements.lock pyproject.toml -o requirements-extras.lock
	$(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --extra test --extra lint --extra codings --extra remote --extra cluster --extra wacz --extra export --extra browse -c requirements-extras.lock pyproject.toml -o requirements-test.lock
	echo pywb | $(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade - -o requirements-replay.lock
	rm -rf $(VENV)-lock

clean: ## take away environments and caches; archives stay
	rm -rf $(VENV) $(REPLAY) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Backfile needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV) || { echo "no virtual environment could be made; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements.lock | $(VENV)/bin/python
	@echo "installing what Backfile needs into $(VENV)/ ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/extras.stamp: requirements-extras.lock $(VENV)/run.stamp
	@echo "installing the extras into $(VENV)/ ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-extras.lock
	@touch $@

$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	@echo "installing what the tests need into $(VENV)/ ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# pywb pins old versions of much; it gets an environment of its own.
$(REPLAY)/stamp: requirements-replay.lock
	@$(PYTHON) -m venv $(REPLAY)
	@echo "installing pywb into $(REPLAY)/ ..."
	@$(REPLAY)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-replay.lock
	@touch $@
