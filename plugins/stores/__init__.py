"""Places where people are known."""
