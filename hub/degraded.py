"""Puts together how each degraded mode stands, from what is kept and what outside parties did."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import ScalarSelect, false, func, select, update

from hub.broker.contained import unless_broken
from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import MethodName
from hub.contract.lists import Ended, KeepsLists
from hub.contract.methods import AuthenticationMethod
from hub.lending import Books, Ground
from hub.people.degraded import Fares, Modes, ModeState, chain_state, failing_state
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
        parties = [each for each in ailing if each.kind in ("party", "provider")]
        kept = _kept(ground, now)
        return [
            chain_state("sms", chains.get("sms", ()), ailing),
            chain_state("mail", chains.get("mail", ()), ailing),
            failing_state("providers", parties),
            _lists(methods, now),
            _named("card_host", books.cards.standing, {"", "open"}),
            ModeState(mode="agent", fares=UNKNOWN),
            _clock(kept["newest"], now),
            *(_recent(mode, kept[mode]) for mode in _COUNTED),
            _plugins(),
            _worker(kept["linked"], now),
            _database(ground),
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


def _database(ground: Ground) -> ModeState:
    """It answered a moment ago, or there would be no page: whether it may be written is asked."""
    try:
        with ground.database.transaction() as transaction:
            ground.database.hurry(transaction)
            transaction.execute(update(lease).values(node=lease.c.node).where(false()))
    except StoreUnavailable:
        return ModeState(mode="database", fares=DEGRADED)
    return ModeState(mode="database", fares=WELL)


def _kept(ground: Ground, now: datetime) -> Mapping[str, datetime | None]:
    """Moments that tables tell, by name, in one question."""

    def first(action: str) -> ScalarSelect[datetime]:
        named = (trail.c.action == action, trail.c.at > now - RECENT)
        return select(func.min(trail.c.at)).where(*named).scalar_subquery()

    asked = select(
        select(func.max(trail.c.at)).scalar_subquery().label("newest"),
        select(lease.c.until).where(lease.c.name == _LINKING).scalar_subquery().label("linked"),
        *(first(action).label(mode) for mode, action in _COUNTED.items()),
    )
    with ground.database.transaction() as transaction:
        return dict(transaction.execute(asked).mappings().one())


def _clock(newest: datetime | None, now: datetime) -> ModeState:
    """Set back, or another node's is ahead: codes, certificates and tokens are judged wrongly."""
    ahead = newest is not None and newest > now + LEAP
    return ModeState(mode="clock", fares=DEGRADED if ahead else WELL, since=now if ahead else None)


def _recent(mode: str, since: datetime | None) -> ModeState:
    return ModeState(mode=mode, fares=DEGRADED if since else WELL, since=since)


def _plugins() -> ModeState:
    """A hub that runs refused none: it does not start with one."""
    return ModeState(mode="plugins", fares=WELL)


def _worker(linked: datetime | None, now: datetime) -> ModeState:
    if linked is not None and now - linked <= LATE:
        return ModeState(mode="worker", fares=WELL)
    return ModeState(mode="worker", fares=DEGRADED, since=linked)
