# Every target works from a fresh clone: it makes .venv first when that is missing.
PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check

.PHONY: help check test lock clean
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 14

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/build.txt -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

# mypy finds packages by the names of their folders: these links give them their own.
check: $(VENV)/.dev  ## style, types, imports
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	@mkdir -p $(VENV)/names && cd $(VENV)/names && ln -sfn ../../hub hub && \
	  ln -sfn ../../plugins hub_plugins && ln -sfn ../../backends hub_backends && \
	  ln -sfn ../../frontends hub_frontends && ln -sfn ../../services_catalog hub_services && \
	  ln -sfn ../../tests tests && ln -sfn ../../benchmarks benchmarks
	cd $(VENV)/names && ../bin/mypy --config-file ../../pyproject.toml -p hub -p hub_plugins \
	  -p hub_frontends -p hub_backends -p hub_services -p tests -p benchmarks
	$(VENV)/bin/lint-imports --no-cache

test: check  ## everything that needs no system package
	$(VENV)/bin/pytest -n auto tests --ignore=tests/peers --ignore=tests/breakers

lock:  ## resolve the requirements again (needs uv)
	cd requirements && for name in build run dev hsm agent; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header $$name.in -o $$name.txt; done

clean:  ## forget the virtual environment and what was built
	rm -rf $(VENV) build dist *.egg-info

-include make/*.mk
