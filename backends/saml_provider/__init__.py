"""People who come from a SAML identity provider."""
