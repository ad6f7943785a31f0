"""How one account arranged « Mes services »: order, favourites, personal links. Pure.

Every change says what is done, never how the whole looks afterwards: two tabs that arrange the
same space both keep what they did.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol
from urllib.parse import urlsplit

from hub.contract.identifiers import AccountId
from hub.contract.values import value

FEW: Final = 6
"""With more services than that, favourites have a tab of their own."""
MOST_LINKS: Final = 30
_NAME: Final = 60
_DESCRIPTION: Final = 120
_ADDRESS: Final = 2_000
_KEPT: Final = 500
"""Keys remembered in order: services come and go."""
_BARE_HOST: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#].*)?")


@value
class PersonalLink:
    """An address of one's own; it opens nothing that its address does not open anyway."""

    id: str
    name: str
    address: str
    description: str = ""
    icon: str = ""
    """From the hub's icon set; empty: initials."""
    revision: int = 0
    """Counts the changes."""

    @property
    def key(self) -> str:
        return f"link:{self.id}"


@value
class Space:
    order: tuple[str, ...] = ()
    """Keys of tiles, those moved by hand at least: a service's id, or `link:` and the link's."""
    favourites: frozenset[str] = frozenset()
    links: tuple[PersonalLink, ...] = ()
    listed: bool = False
    """Shown as a list, not as tiles."""
    version: int = 0
    """Counts what was stored."""

    def link(self, link_id: str) -> PersonalLink | None:
        return next((each for each in self.links if each.id == link_id), None)


Change = Callable[[Space], Space]


class SpacesBook(Protocol):
    """Where they are kept, one for each account."""

    def of(self, account: AccountId) -> Space:
        """A fresh one for whoever arranged nothing yet."""

    def keep(self, account: AccountId, space: Space) -> bool:
        """False, and nothing kept, when another tab was faster: its version is no longer this."""


def changed(book: SpacesBook, account: AccountId, change: Change) -> Space:
    """Apply *change* to what is kept now; again when another tab was faster."""
    while True:
        before = book.of(account)
        after = change(before)
        if after == before or book.keep(account, after):
            return after


def in_order(space: Space, keys: Sequence[str]) -> Sequence[str]:
    """*keys* as this person put them; those never moved stand after, as they came."""
    place = {key: number for number, key in enumerate(space.order)}
    return sorted(keys, key=lambda key: place.get(key, len(place)))


def arranged(space: Space, keys: Sequence[str], wanted: Sequence[str]) -> Space:
    """All of *wanted* in its order; tiles that page did not know keep their place after them."""
    known = [key for key in dict.fromkeys(wanted) if key in keys]
    rest = [key for key in in_order(space, keys) if key not in known]
    hidden = [key for key in space.order if key not in keys]
    return replace(space, order=tuple([*known, *rest, *hidden][:_KEPT]))


def moved(space: Space, keys: Sequence[str], key: str, by: int) -> Space:
    """One tile, *by* places up or down among *keys*; as far as there are places."""
    now = list(in_order(space, keys))
    if key not in now:
        return space
    at = now.index(key)
    now.pop(at)
    now.insert(max(0, at + by), key)
    return arranged(space, keys, now)


def marked(space: Space, key: str, *, favourite: bool) -> Space:
    others = space.favourites - {key}
    return replace(space, favourites=others | {key} if favourite else others)


def with_link(space: Space, link: PersonalLink) -> Space:
    if len(space.links) >= MOST_LINKS or space.link(link.id) or same_link(space, link):
        return space
    return replace(space, links=(*space.links, link))


def same_link(space: Space, link: PersonalLink) -> PersonalLink | None:
    """One that says exactly what *link* says: a form sent twice adds it once."""
    return next((each for each in space.links if replace(link, id=each.id) == each), None)


def with_changed(space: Space, link: PersonalLink) -> Space:
    """*link* in the place of its former self, unless that changed since it was read, or went."""
    before = space.link(link.id)
    if before is None or before.revision != link.revision:
        return space
    newer = replace(link, revision=link.revision + 1)
    return replace(space, links=tuple(newer if each is before else each for each in space.links))


def without_link(space: Space, link_id: str) -> Space:
    gone = space.link(link_id)
    if gone is None:
        return space
    return replace(
        space,
        links=tuple(each for each in space.links if each is not gone),
        favourites=space.favourites - {gone.key},
        order=tuple(key for key in space.order if key != gone.key),
    )


def address_of(typed: str) -> str:
    """As people write addresses: `labo.example` is meant as `https://labo.example`."""
    bare = typed.strip()
    return f"https://{bare}" if _BARE_HOST.fullmatch(bare) else bare


def problems(link: PersonalLink) -> Sequence[str]:
    """The fields that cannot be right."""
    wrong = {
        "name": not _readable(link.name, _NAME) or not link.name,
        "address": not _leads_to_the_web(link.address),
        "description": not _readable(link.description, _DESCRIPTION),
    }
    return [name for name, is_wrong in wrong.items() if is_wrong]


def _readable(text: str, longest: int) -> bool:
    return len(text) <= longest and (not text or text.isprintable())


def _leads_to_the_web(address: str) -> bool:
    """`javascript:` and `data:` would run as the hub; `https://hub@evil` shows another name."""
    if len(address) > _ADDRESS or any(ord(sign) <= 32 or sign == "\\" for sign in address):
        return False
    try:
        parts = urlsplit(address)
        named = parts.hostname
        parts.port  # noqa: B018 raises when it is none
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(named) and "@" not in parts.netloc
