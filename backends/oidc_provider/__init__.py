"""People who come from an OpenID provider."""
