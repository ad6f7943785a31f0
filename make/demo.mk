# The stand-in region: hub, three services, an inbox, a dozen people. See README.md.
DEMO := var/demo

.PHONY: demo demo-reset demo-needs

demo: $(VENV)/.run  ## a region to try, on localhost: Ctrl-C stops it, its data stay
	@exec $(VENV)/bin/python -m hub_plugins.demo serve --folder $(DEMO)

demo-reset:  ## forget the region
	@rm -rf $(DEMO) $(DEMO).new

$(VENV)/.run: | demo-needs

demo-needs:
	@command -v git >/dev/null || { echo "git is missing: install it, then try again." >&2; exit 1; }
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, then try again." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python is too old: 3.11 or newer is needed (make demo PYTHON=/path/to/python3.12)." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python has no venv: install python3-venv, then try again." >&2; exit 1; }

.PHONY: demo-pharmacy

demo-pharmacy: $(VENV)/.run  ## beside the running region: a pharmacy's desktop software (RPPS=… asks for a person)
	@exec $(VENV)/bin/python -m hub_plugins.demo.desktop --folder $(DEMO) $(if $(RPPS),--rpps "$(RPPS)")
