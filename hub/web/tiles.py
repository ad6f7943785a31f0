"""A tile in words: what it shows, where a click leads, and what stands before it."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from hub.contract.identifiers import ActionName, MethodName, ServiceId
from hub.contract.tasks import Titled
from hub.contract.values import value
from hub.broker.asked_once import AskedOnce
from hub.broker.outcomes import Vouched
from hub.broker.portal import Door, TileView, tiles
from hub.broker.scene import Seen
from hub.people.space import PersonalLink, Space, in_order
from hub.web.drawing import words, words_or
from hub.web.parts import hub
from hub.web.portal import level_name, method_title, plain

_FIRST: Final = re.compile(r"\b\w")


@value
class Offer:
    """What somebody may do at once about a tile that is not open."""

    text: str
    address: str


@value
class TileRow:
    key: str
    """By which the person's own order and favourites call it."""
    title: str
    summary: str
    icon: str
    logo: str
    initials: str
    address: str
    """Where a click leads."""
    opens: bool
    """Whether a click may lead on: to the service, or to the proof it still needs."""
    why: str = ""
    """What is missing; empty when nothing is."""
    offer: Offer | None = None
    about: str = ""
    """« En savoir plus »; empty for a personal link."""
    own: str = ""
    """A personal link's id."""
    favourite: bool = False
    hidden: bool = False
    """Not on this tab; typing its name finds it all the same."""

    @property
    def text(self) -> str:
        """What a search looks in."""
        return plain(f"{self.title} {self.summary}")


def rows_of(
    visited: Vouched,
    space: Space,
    asked: Collection[ServiceId],
    once: AskedOnce | None = None,
) -> Sequence[TileRow]:
    """Every service and every personal link, in the person's own order.

    *asked*: the services they wait for already. *once*: where the page puts more such questions.
    """
    seen = Seen(session=visited.session, account=visited.account)
    views = tiles(hub().rules, seen, hub().clock(), once)
    found: list[TileRow] = [row(view, view.service in asked) for view in views]
    found += [link_row(each) for each in space.links]
    by_key = {each.key: each for each in found}
    ordered = [by_key[key] for key in in_order(space, [each.key for each in found])]
    return [replace(each, favourite=each.key in space.favourites) for each in ordered]


def keys_of(rows: Iterable[TileRow]) -> Sequence[str]:
    return [each.key for each in rows]


def holding(rows: Iterable[TileRow], wanted: str) -> Sequence[TileRow]:
    """Those whose title or summary holds every word of *wanted*, accents and case apart."""
    parts = plain(wanted).split()
    return [each for each in rows if all(part in each.text for part in parts)]


def row(view: TileView, waits: bool = False) -> TileRow:
    opens = _has_launch(view) and view.door in (Door.OPEN, Door.STEP_UP, Door.ACTION_DUE)
    return TileRow(
        key=view.service,
        title=view.tile.title,
        summary=view.tile.summary,
        icon=view.tile.icon,
        logo=view.tile.logo,
        initials=initials(view.tile.title),
        address=f"/open/{view.service}" if opens else f"/services/{view.service}",
        opens=opens,
        why=_why(view),
        offer=_offer(view, waits) if _has_launch(view) else None,
        about=f"/services/{view.service}",
    )


def link_row(link: PersonalLink) -> TileRow:
    host = urlsplit(link.address).hostname or link.address
    return TileRow(
        key=link.key,
        title=link.name,
        summary=link.description or words("portal.own_link", host=host),
        icon=link.icon,
        logo="",
        initials=initials(link.name),
        address=link.address,
        opens=True,
        own=link.id,
    )


def initials(title: str) -> str:
    """Of its first two words: what a tile shows that has no icon of ours."""
    return "".join(_FIRST.findall(title)[:2]).upper()


def paragraphs(text: str) -> Iterator[str]:
    return (part for part in text.split("\n\n") if part.strip())


def _has_launch(view: TileView) -> bool:
    return hub().service(view.service).launch is not None


def _offer(view: TileView, waits: bool) -> Offer | None:
    match view.door:
        case Door.STEP_UP:
            return Offer(text=words("portal.offer.step_up"), address=f"/open/{view.service}")
        case Door.RIGHT_MISSING if waits:
            address = f"/services/{view.service}"
            return Offer(text=words("portal.offer.asked"), address=address)
        case Door.RIGHT_MISSING:
            address = f"/services/{view.service}/request"
            return Offer(text=words("portal.offer.ask"), address=address)
        case Door.OUT_OF_REACH:
            return Offer(text=words("portal.offer.means"), address="/account")
        case Door.OPEN | Door.ACTION_DUE | Door.LOCKED:
            return None


def _titled(name: ActionName) -> str:
    action = hub().rules.actions.get(name)
    own = action.title if isinstance(action, Titled) else ""
    return words_or(f"{name}.title", hub().owner_of_action(name), own)


def _why(view: TileView) -> str:
    match view.door:
        case Door.OPEN:
            return "" if _has_launch(view) else words("portal.no_address")
        case Door.STEP_UP:
            return words("portal.step_up", level=level_name(view.level.name))
        case Door.ACTION_DUE:
            title = _titled(view.action) if view.action else ""
            return words("portal.action_named", action=title) if title else words("portal.action")
        case Door.RIGHT_MISSING:
            return words("portal.right_missing")
        case Door.OUT_OF_REACH:
            return _out_of_reach(view)
        case Door.LOCKED:
            return words("portal.locked")


def _out_of_reach(view: TileView) -> str:
    level = level_name(view.level.name)
    if not view.means:
        return words("portal.out_of_reach", level=level)
    key = "portal.out_of_reach.means" if view.means[1:] else "portal.out_of_reach.one"
    return words(key, level=level, means=_one_of(view.means))


def _one_of(methods: Sequence[MethodName]) -> str:
    titles = [method_title(name) for name in methods]
    return words("portal.or").join(filter(None, (", ".join(titles[:-1]), titles[-1])))
