# A hub for the OpenID Foundation's suite. See docs/conformance.md.
ADDRESS ?= https://localhost:9443
LISTEN ?= 0.0.0.0:9443
SUITE ?= https://localhost.emobix.co.uk:8443
ALIAS ?= hub

.PHONY: conformance-target

conformance-target: $(VENV)/.run  ## a hub for the Foundation's suite: ADDRESS= LISTEN= CERT= KEY= SUITE= SUITE_CA=
	@exec $(VENV)/bin/python -m hub_plugins.demo.target --address "$(ADDRESS)" \
	  --listen "$(LISTEN)" --suite "$(SUITE)" --alias "$(ALIAS)" \
	  $(if $(CERT),--certificate "$(CERT)") $(if $(KEY),--key "$(KEY)") \
	  $(if $(SUITE_CA),--authorities "$(SUITE_CA)")
