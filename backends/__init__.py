"""SATOSA modules towards identity providers."""
