# Pictures of every page and state, looked at by a real browser: docs/screenshots/.

.PHONY: screenshots

screenshots: $(VENV)/.dev  ## every page and state as a picture, in docs/screenshots/
	$(VENV)/bin/python -m pytest tests/peers/browser/test_states.py -p no:randomly -q $(PATIENCE)
	$(VENV)/bin/python -m tests.peers.browser.album
