# What needs system packages: peers, breakers, measures, a bare machine.
PEERS_PYTHON ?= .venv/bin/python

.PHONY: deps peers bench fresh

deps:  ## install Debian packages and node modules for peers, bench and fresh
	deploy/deps.sh

peers:  ## real browsers, databases, relying parties and message centres, then the breakers
	$(PEERS_PYTHON) -m pytest tests/peers -p no:randomly -v
	$(PEERS_PYTHON) -m pytest tests/breakers -n auto

bench:  ## write benchmarks/RESULTS.md
	$(PEERS_PYTHON) -m benchmarks

fresh:  ## a bare Debian 12 root: clone, make demo, sign in, stop
	tests/peers/fresh.sh
