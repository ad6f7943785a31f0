"""People who come from Pro Santé Connect."""
