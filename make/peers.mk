# What needs system packages: peers, breakers, measures, a bare machine.

.PHONY: deps peers bench fresh

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

peers: $(VENV)/.hsm $(VENV)/.agent  ## real browsers, databases, relying parties and message centres, then the breakers
	$(VENV)/bin/python -m pytest tests/peers -p no:randomly -vv $(PATIENCE)
	$(VENV)/bin/python -m pytest tests/breakers -n auto

bench: $(VENV)/.dev  ## write benchmarks/RESULTS.md
	$(VENV)/bin/python -m benchmarks

fresh:  ## a bare Debian 12 root: clone, make demo, sign in, stop
	tests/peers/fresh.sh
