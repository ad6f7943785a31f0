"""SATOSA modules towards services."""
