"""The mathematics of the audit chain. Pure: an auditor can run it over a copy of the rows."""

import hmac
from hashlib import sha256

from hub.contract.values import value
from hub.store.codec import canonical

BEGINNING = "0" * 64
"""What the first entry follows."""


@value
class Link:
    """All of one entry that is hashed."""

    sequence: int
    at: int
    """Microseconds since 1970, UTC."""
    action: str
    login: str | None
    service: str | None
    details: str
    support: str | None
    commitment: str | None
    """Whose entry it is, for whoever has that account's key; `None`: nobody's."""


def following(previous: str, link: Link) -> str:
    """The hash of *link* standing after the entry whose hash is *previous*."""
    content = {name: getattr(link, name) for name in Link.__dataclass_fields__}
    return sha256(bytes.fromhex(previous) + canonical(content)).hexdigest()


def commitment(key: bytes, account: str, sequence: int) -> str:
    # The sequence keeps two entries of one person from being recognised as such afterwards.
    return hmac.new(key, f"{sequence}\0{account}".encode(), sha256).hexdigest()


def statement(size: int, head: str, at: int) -> bytes:
    """What a checkpoint signs: so many entries, ending in this hash, at this time."""
    return canonical({"size": size, "hash": head, "at": at})


def cut_statement(until: int, head: str) -> bytes:
    """What the word of retention signs: the first *until* entries, ending in this hash, are gone.

    Of another shape than a checkpoint's: a signature made for one is worth nothing as the other.
    """
    return canonical({"purged": until, "hash": head})


@value
class Verdict:
    linked: int
    unlinked: int
    """Written, not yet linked: the last second's, or a worker that stands still."""
    bad: int | None = None
    """The first sequence number that is not as it was linked."""
    problem: str = ""
    purged: int = 0
    """So many went before, as retention says: the chain begins behind them."""
    since: int = 0
    """The entry after which reading began: the signature there vouches for those before."""
    unread: int = 0
    """Linked ones after the last that was read, when only so many were to be."""

    @property
    def whole(self) -> bool:
        return not self.problem

    @property
    def words(self) -> str:
        tail = f"; {self.unlinked} not yet linked" if self.unlinked else ""
        if self.whole:
            before = f", after {self.purged} that retention took away" if self.purged else ""
            return f"the trail is whole: {self.linked} entries{before}{tail}"
        return f"the trail is NOT whole: {self.problem}{tail}"
