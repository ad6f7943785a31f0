"""Reads what a service asks to have shared: whole, of the right shape, leading nowhere else."""

from typing import Any, Final
from urllib.parse import urlsplit

from hub import Service, value

MOST: Final = 200
_LONGEST_ADDRESS: Final = 500
_FIELDS: Final = frozenset({"sub", "study", "opens_at", "back_to"})


@value
class Asked:
    subject: str
    study: str
    opens_at: str
    back_to: str


def asked(body: Any, service: Service) -> Asked | None:
    """`None`: something is missing, too much, too long, of another type, or leads elsewhere."""
    if not isinstance(body, dict) or body.keys() - _FIELDS or service.launch is None:
        return None
    launch = service.launch.address
    said = {"back_to": launch, **body}
    if not all(isinstance(said.get(name), str) for name in _FIELDS):
        return None
    if not all(_sound(said[name], MOST) for name in ("sub", "study")):
        return None
    if not all(leads_home(said[name], launch) for name in ("opens_at", "back_to")):
        return None
    return Asked(
        subject=said["sub"],
        study=said["study"],
        opens_at=said["opens_at"],
        back_to=said["back_to"],
    )


def leads_home(address: str, launch: str) -> bool:
    """Compared as browsers do, by scheme, host and port: `https://emage.test.evil` begins alike."""
    if not _sound(address, _LONGEST_ADDRESS) or "\\" in address or " " in address:
        return False
    try:
        parts, home = urlsplit(address), urlsplit(launch)
        same = (parts.scheme, parts.hostname, parts.port) == (home.scheme, home.hostname, home.port)
    except ValueError:
        return False
    # What stands before `@` is a name to browsers and a host to people.
    return same and parts.scheme in ("https", "http") and "@" not in parts.netloc


def _sound(text: str, most: int) -> bool:
    return 0 < len(text) <= most and text.isprintable() and text.strip() == text
