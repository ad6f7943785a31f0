# What needs system packages: peers, breakers, measures, a bare machine.

.PHONY: deps peers peers-pages peers-programs bench fresh

deps:  ## install Debian packages and node modules for peers, bench and fresh
	deploy/deps.sh

$(VENV)/.hsm: $(VENV)/.dev requirements/hsm.txt
	$(PIP) --require-hashes -r requirements/hsm.txt
	@touch $@

# pyscard has no wheel for Linux: it is built here, with what `make deps` installed.
$(VENV)/.agent: $(VENV)/.dev requirements/agent.txt
	$(PIP) --require-hashes -r requirements/agent.txt
	@touch $@

# A browser that hangs is named and killed by tests/peers/patience.py; this ends any other wait.
PATIENCE := -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true

PEERS := $(VENV)/bin/python -m pytest -v -p no:randomly -p tests.peers.lines \
  -o console_output_style=classic $(PATIENCE)
PAGES := tests/peers/stories tests/peers/browser

# Two at once, on one screen: each line says whose it is, and a test is named as it begins.
peers: $(VENV)/.hsm $(VENV)/.agent  ## real browsers, databases, relying parties and message centres, then the breakers
	@$(MAKE) --no-print-directory -j2 peers-pages peers-programs
	$(VENV)/bin/python -m pytest tests/breakers -n auto

peers-pages peers-programs: SHELL := /bin/bash
peers-pages peers-programs: .SHELLFLAGS := -o pipefail -c

peers-pages: $(VENV)/.hsm $(VENV)/.agent  ## of the peers: every page and every story in a browser
	@HUNG_LOG=var/hung-pages.log $(PEERS) $(PAGES) 2>&1 | sed -u 's/^/pages    /'

peers-programs: $(VENV)/.hsm $(VENV)/.agent  ## of the peers: all the others
	@HUNG_LOG=var/hung-programs.log $(PEERS) tests/peers $(PAGES:%=--ignore=%) 2>&1 | \
	  sed -u 's/^/programs /'

bench: $(VENV)/.dev  ## write benchmarks/RESULTS.md
	$(VENV)/bin/python -m benchmarks

fresh:  ## a bare Debian 12 root: clone, make demo, sign in, stop
	tests/peers/fresh.sh
