"""The place and role a person acts for."""
