# One word a job. Each sets up what it needs in this folder: a virtual environment with locked versions.

PYTHON ?= python3
VENV := .venv
PLAIN := .venv-plain
REPLAY := .venv-replay
PEERS := .venv-peers
LOCKING := .venv-lock
BIN := $(VENV)/bin

.PHONY: demo test crawl extras lint format dictionary replica bench lock clean help plain
.DELETE_ON_ERROR:

help: ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/run.stamp ## crawl the bundled replica of finews and show what came out
	@$(BIN)/python -m tests.replica demo

crawl: $(VENV)/run.stamp ## archive the live site (more: ARGS="-a since=2022-03-01")
	$(BIN)/scrapy crawl finews $(ARGS)

test: $(VENV)/test.stamp $(PLAIN)/run.stamp $(REPLAY)/stamp ## run the tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

extras: $(VENV)/extras.stamp ## install what exports, browses, reads remote files, uses Dask

lint: $(VENV)/test.stamp ## formatting, lint rules, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/test.stamp ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

dictionary: $(VENV)/run.stamp ## write the tables of docs/data.md anew, of crawler/fields.py
	@$(BIN)/python -m tests.dictionary

replica: $(VENV)/run.stamp ## make the bundled replica anew (needs Jekyll)
	$(BIN)/python -m tests.replica build

bench: $(VENV)/run.stamp ## measure beside others, in one table (needs nginx)
	@case " $(ARGS)" in " jekyll"*) ;; *" "[a-z]*) exit ;; esac; $(MAKE) --no-print-directory $(PEERS)/stamp || true
	$(BIN)/python -m benchmarks $(ARGS)

plain: $(PLAIN)/run.stamp ## set up .venv-plain/, without extras and tests

COMPILE = $(LOCKING)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade
EXTRAS = --extra codings --extra remote --extra cluster --extra wacz --extra export --extra browse

lock: ## write the lock files anew from pyproject.toml
	$(PYTHON) -m venv --clear $(LOCKING)
	$(LOCKING)/bin/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) $(EXTRAS) -c requirements.lock pyproject.toml -o requirements-extras.lock
	$(COMPILE) --extra test --extra lint $(EXTRAS) -c requirements-extras.lock pyproject.toml -o requirements-test.lock
	echo pywb | $(COMPILE) - -o requirements-replay.lock
	printf 'trafilatura\nnews-please\njieba\nmarkdownify\nhtml-to-markdown\n' | $(COMPILE) - -o requirements-peers.lock
	rm -rf $(LOCKING)

clean: ## take away environments and caches; archives stay
	rm -rf $(VENV) $(PLAIN) $(REPLAY) $(PEERS) $(LOCKING) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info

# $(1): which packages; $(2): the environment; $(3): more options of pip. A stamp is made last; an environment in which pip was interrupted, or does not run, is made anew.
# Each lock file holds all that the ones before it hold. What pip has to say is for those who look for it.
define install
@if [ -e $(2)/unfinished ] || ! $(2)/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
  $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Backfile needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 ...")' || exit 1; \
  $(PYTHON) -m venv --clear $(2) >/dev/null 2>&1 || { rm -rf $(2)/bin; echo "no virtual environment could be made in $(2)/; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
fi
@echo "installing $(1) into $(2)/ ..."
@touch $(2)/unfinished
@$(2)/bin/python -m pip install --quiet --no-input --disable-pip-version-check --retries 2 --require-hashes $(3) -r $< >$(2)/pip.log 2>&1 || { \
  if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError' $(2)/pip.log; \
  then rm $(2)/unfinished; echo "the packages cannot be fetched: there is no network, or no way to the package index; all that pip said is in $(2)/pip.log" >&2; \
  else echo "the packages cannot be installed: $$(grep -m 1 '^ERROR' $(2)/pip.log || tail -n 1 $(2)/pip.log); all that pip said is in $(2)/pip.log" >&2; \
  fi; exit 1; }
@rm $(2)/unfinished
@touch $@
endef

$(VENV)/run.stamp $(PLAIN)/run.stamp: requirements.lock
	$(call install,what Backfile needs,$(@D))
	@$(@D)/bin/python -m compileall -qq crawler || true # as pip does for an installed package: a sixth of a short run

$(VENV)/extras.stamp: requirements-extras.lock $(VENV)/run.stamp
	$(call install,the extras,$(@D))

$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	$(call install,what the tests need,$(@D))

# pywb pins old versions of much; it gets an environment of its own.
$(REPLAY)/stamp: requirements-replay.lock
	$(call install,pywb,$(@D))

# So do those that the benchmark measures beside us; jieba is what news-please reads Chinese with. Older versions of pip cannot
# resolve what it asks for; the lock has all of it.
$(PEERS)/stamp: requirements-peers.lock
	$(call install,those that are measured beside us,$(@D),--no-deps)
