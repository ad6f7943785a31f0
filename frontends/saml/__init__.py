"""Services that speak SAML 2.0."""
