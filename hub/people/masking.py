"""Shows enough of an address for its owner to recognise it, and no more. Pure."""

import re

_DOTS = "•••"


def masked(label: str) -> str:
    """A mail address or telephone number inside *label* is hidden; a name stays as it is."""
    hidden = re.sub(r"[^\s@]+@[^\s@]+\.[^\s@]+", lambda found: _mail(found[0]), label)
    return re.sub(r"\+?\d(?:[ .-]?\d){5,}", lambda found: _number(found[0]), hidden)


def _mail(address: str) -> str:
    person, _, domain = address.partition("@")
    name, _, ending = domain.rpartition(".")
    return f"{person[0]}{_DOTS}@{name[0]}{_DOTS}.{ending}"


def _number(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return f"{_DOTS} {digits[-2:]}"
