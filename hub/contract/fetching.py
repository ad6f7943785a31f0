"""Documents fetched from addresses that strangers name: keys of a client, a list of addresses."""

from dataclasses import field
from enum import StrEnum
from typing import Protocol

from hub.contract.values import value


class Unfit(StrEnum):
    """Why nothing was fetched; for the log and the operator, not for who named the address."""

    MALFORMED = "malformed"
    NOT_HTTPS = "not_https"
    PORT = "port"
    ADDRESS = "address"
    """It leads to a network that is not the internet."""
    NO_SUCH_HOST = "no_such_host"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    REDIRECT = "redirect"
    STATUS = "status"
    ENCODED = "encoded"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    """All places are taken by other documents."""


@value
class Fetched:
    body: bytes = field(repr=False)
    content_type: str
    """Without parameters, in lower case; empty when none was said."""


@value
class Unfetchable:
    why: Unfit


class Fetcher(Protocol):
    """Reads what stands at a stranger's address, without being led anywhere else."""

    def get(self, url: str) -> Fetched | Unfetchable:
        """From the cache while it is fresh there."""

    def renewed(self, url: str) -> Fetched | Unfetchable:
        """Fetched again, unless that was done moments ago: a key that is not in the cached set."""

    def anew(self, url: str) -> Fetched | Unfetchable:
        """Fetched now, whatever is kept: for a check that few may ask for and that must be true."""
