"""Flask: every page of the hub itself."""
