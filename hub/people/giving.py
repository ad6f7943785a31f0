"""Rights on services that a référent gives to somebody of theirs, and until when. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from hub.contract.accounts import Account, Situation
from hub.contract.services import Service
from hub.people.rights import Grant

LASTS: Final = ("31", "183", "365", "date", "0")
"""Days for which a right may be given; `date`: until a day named; 0: until somebody ends it."""
_CONSOLES: Final = "console."


def givable(services: Iterable[Service]) -> Mapping[str, Sequence[Service]]:
    """What each right opens. One of the hub's own consoles is never among them: a way up."""
    found: dict[str, list[Service]] = {}
    for service in services:
        for name in sorted(service.access.rights):
            if not name.startswith(_CONSOLES):
                found.setdefault(name, []).append(service)
    return found


def places_in(person: Account, structures: Sequence[str]) -> Sequence[Situation]:
    """The places where the référents of these structures may give rights."""
    return [each for each in person.situations if each.structure in structures]


def seen(grants: Sequence[Grant], places: Sequence[Situation]) -> Sequence[Grant]:
    """Of all a person's, those for these places, and those held wherever the person works."""
    here = {each.id for each in places}
    told = [each for each in grants if not each.name.startswith(_CONSOLES)]
    return [each for each in told if each.situation is None or each.situation in here]


def may_end(grant: Grant, places: Sequence[Situation]) -> bool:
    """One held everywhere is not theirs to end: other structures count on it."""
    return not grant.name.startswith(_CONSOLES) and grant.situation in {each.id for each in places}


def holds_already(grants: Sequence[Grant], name: str, place: str) -> bool:
    return any(each.name == name and each.situation in (None, place) for each in grants)


def same_right(one: Grant, other: Grant) -> bool:
    """Whether both give one person the same, whoever gave it and until whenever."""
    return (one.account, one.name, one.situation) == (other.account, other.name, other.situation)


class NoSuchDay(ValueError):
    """Not written as a day, or over already."""


def end_of(lasts: str, day: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Until when; `None`: until somebody ends it. Raise `NoSuchDay`."""
    if lasts == "0":
        return None
    if lasts != "date":
        return now + timedelta(days=int(lasts))
    try:
        # The whole day named counts, where the people are.
        until = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError) as error:
        raise NoSuchDay from error
    if until <= now:
        raise NoSuchDay
    return until
