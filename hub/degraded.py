"""Puts together how each degraded mode stands, from what is kept and what outside parties did."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import func, select

from hub.broker.contained import unless_broken
from hub.contract.identifiers import MethodName
from hub.contract.lists import Ended, KeepsLists
from hub.contract.methods import AuthenticationMethod
from hub.lending import Books, Ground
from hub.people.degraded import Fares, Modes, ModeState, chain_state, failing_state
from hub.store.schema import Standing, standing
from hub.store.tables import lease, trail

LATE: Final = timedelta(seconds=30)
"""The worker links the trail each second: silent for so long, nobody works."""
LEAP: Final = timedelta(minutes=1)
"""An entry of the trail so far in the future was written by another clock."""
RECENT: Final = timedelta(hours=1)
_LINKING: Final = "job:hub.trail.link"
_COUNTED: Final = {"services": "service.not_told", "methods": "method.failed"}
WELL, DEGRADED, UNKNOWN = Fares.WELL, Fares.DEGRADED, Fares.UNKNOWN


def modes_of(
    ground: Ground, books: Books, methods: Mapping[MethodName, AuthenticationMethod]
) -> Modes:
    def modes() -> Sequence[ModeState]:
        now, ailing = ground.clock(), books.faring.ailing()
        chains = ground.configuration.hub.messages.chains
        parties = [each for each in ailing if each.kind == "party"]
        counted = _counted(ground, now)
        return [
            chain_state("sms", chains.get("sms", ()), ailing),
            chain_state("mail", chains.get("mail", ()), ailing),
            failing_state("providers", parties),
            _lists(methods, now),
            _named("card_host", books.cards.standing, {"", "open"}),
            ModeState(mode="agent", fares=UNKNOWN),
            _clock(ground, now),
            *(_recent(mode, counted.get(action)) for mode, action in _COUNTED.items()),
            _plugins(ground),
            _worker(ground, now),
            _named("database", _database(ground), {Standing.READY.value}),
            ModeState(mode="node", fares=UNKNOWN),
        ]

    return modes


def _lists(methods: Mapping[MethodName, AuthenticationMethod], now: datetime) -> ModeState:
    keeping = ((name, each) for name, each in methods.items() if isinstance(each, KeepsLists))
    broken: Ended | None = Ended(since=None)
    for name, each in keeping:
        ended = unless_broken(name, partial(each.lists_ended, now), broken)
        if ended:
            return ModeState(mode="revocation", fares=DEGRADED, since=ended.since, about=name)
    return ModeState(mode="revocation", fares=WELL)


def _named(mode: str, found: str, well: set[str]) -> ModeState:
    """Of what says in one word how it stands."""
    fares = WELL if found in well else DEGRADED
    return ModeState(mode=mode, fares=fares, about="" if fares is WELL else found)


def _database(ground: Ground) -> str:
    return standing(ground.database, ground.contributions.tables).value


def _clock(ground: Ground, now: datetime) -> ModeState:
    """Set back, or another node's is ahead: codes, certificates and tokens are judged wrongly."""
    with ground.database.transaction() as transaction:
        newest = transaction.execute(select(func.max(trail.c.at))).scalar()
    ahead = newest is not None and newest > now + LEAP
    return ModeState(mode="clock", fares=DEGRADED if ahead else WELL, since=now if ahead else None)


def _counted(ground: Ground, now: datetime) -> Mapping[str, datetime]:
    """Of what went wrong within the hour: since when."""
    asked = (
        select(trail.c.action, func.min(trail.c.at))
        .where(trail.c.action.in_(_COUNTED.values()), trail.c.at > now - RECENT)
        .group_by(trail.c.action)
    )
    with ground.database.transaction() as transaction:
        return dict(transaction.execute(asked).all())


def _recent(mode: str, since: datetime | None) -> ModeState:
    return ModeState(mode=mode, fares=DEGRADED if since else WELL, since=since)


def _plugins(ground: Ground) -> ModeState:
    refused = ", ".join(each.name for each in ground.loaded if each.problem)
    return ModeState(mode="plugins", fares=DEGRADED if refused else WELL, about=refused)


def _worker(ground: Ground, now: datetime) -> ModeState:
    asked = select(lease.c.until).where(lease.c.name == _LINKING)
    with ground.database.transaction() as transaction:
        until = transaction.execute(asked).scalar()
    if until is not None and now - until <= LATE:
        return ModeState(mode="worker", fares=WELL)
    return ModeState(mode="worker", fares=DEGRADED, since=until)
