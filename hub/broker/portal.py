"""What stands between a person and each service on the portal. Pure.

Asks `decide()` as the service's own request would: a tile never promises what the
sign-in page then refuses, and never hides what it would let through.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import product
from urllib.parse import quote

from hub.contract.assurance import Level, Shortfall
from hub.contract.identifiers import ActionName, MethodName, ServiceId
from hub.contract.login import Asked, LoginRequest
from hub.contract.methods import AuthenticationMethod
from hub.contract.services import Launch, Service, Tile
from hub.contract.values import value
from hub.broker import contained
from hub.broker.asked_once import AskedOnce
from hub.broker.assurance import ActionDue, MoreNeeded, OutOfReach, Satisfied, decide
from hub.broker.goals import minimum_of
from hub.broker.rules import Rules
from hub.broker.scene import Seen, case_of


class Door(StrEnum):
    """What somebody finds who clicks the tile."""

    OPEN = "open"
    STEP_UP = "step_up"
    ACTION_DUE = "action_due"
    RIGHT_MISSING = "right_missing"
    OUT_OF_REACH = "out_of_reach"
    """None of this person's methods reaches the level the service needs."""
    LOCKED = "locked"


@value
class TileView:
    service: ServiceId
    tile: Tile
    door: Door
    level: Level
    """The service's minimum."""
    action: ActionName | None = None
    """What must be done first, when that is all that is missing."""
    means: tuple[MethodName, ...] = ()
    """Out of reach: those that would be enough, had this person one of them."""


@value
class Padlock:
    """How surely the person in front of us is known."""

    level: Level
    authenticators: tuple[str, ...]
    at: datetime
    """The oldest proof counted."""
    next: Level | None = None
    """The nearest higher level they could prove now; `None`: nothing more, or not asked."""


def tiles(
    rules: Rules, seen: Seen, now: datetime, once: AskedOnce | None = None
) -> Sequence[TileView]:
    """Every service with a tile, in the configured order: what is not open says why."""
    # Asked once for the page: each method looks up what this person has set up.
    known = once or AskedOnce(rules, seen)
    tiled = [(each, each.tile) for each in rules.services.values() if each.tile]
    shown = [(each, tile) for each, tile in tiled if tile.listed]
    return [_view(rules, service, tile, seen, now, known) for service, tile in shown]


def padlock(
    rules: Rules,
    seen: Seen,
    portal: ServiceId,
    now: datetime,
    once: AskedOnce | None = None,
) -> Padlock:
    """*portal* is the service that would ask for the higher level."""
    higher = _next(rules, seen, portal, now, once or AskedOnce(rules, seen))
    return replace(proved(rules, seen, now), next=higher)


def proved(rules: Rules, seen: Seen, now: datetime) -> Padlock:
    """The same without what could be proved besides: no method is asked anything."""
    events = seen.session.events
    evidence = [event.evidence for event in events]
    return Padlock(
        level=rules.policy.achieved(evidence, seen.account, now),
        authenticators=tuple(dict.fromkeys(each.authenticator for each in evidence)),
        at=min(event.at for event in events),
    )


def destination(launch: Launch, given: Mapping[str, str]) -> str | None:
    """Where the tile or a link in a mail leads; `None`: *given* is not what the service declares.

    Every parameter is declared, whole and quoted: a link never leads to another site or page.
    """
    if not given:
        return launch.address
    holes = re.findall(r"\{(\w+)\}", launch.deep_link or "")
    fits = all(
        re.fullmatch(pattern, given.get(name, ""), re.ASCII) is not None
        for name, pattern in launch.parameters.items()
    )
    if set(given) != set(holes) or set(given) != set(launch.parameters) or not fits:
        return None
    return re.sub(r"\{(\w+)\}", lambda hole: quote(given[hole[1]], safe=""), launch.deep_link or "")


def _view(
    rules: Rules,
    service: Service,
    tile: Tile,
    seen: Seen,
    now: datetime,
    once: AskedOnce,
) -> TileView:
    level = minimum_of(service, rules.policy)
    request = LoginRequest(service=service.id, received_at=now)
    door = Door.OPEN
    action: ActionName | None = None
    match decide(case_of(rules, request, seen, now, asked=once), rules.policy):
        case Satisfied():
            pass
        case OutOfReach(why=why):
            door = _closed(service, why)
        case MoreNeeded() | ActionDue() if service.peer is None:
            pass  # A plain link sends no request that could ask for more.
        case MoreNeeded():
            door = Door.STEP_UP
        case ActionDue(action=first):
            door, action = Door.ACTION_DUE, first
    means = _lacking(rules, seen, level, now, once) if door is Door.OUT_OF_REACH else ()
    return TileView(
        service=service.id, tile=tile, door=door, level=level, action=action, means=means
    )


def _lacking(
    rules: Rules, seen: Seen, level: Level, now: datetime, once: AskedOnce
) -> tuple[MethodName, ...]:
    """The methods this person has nothing for, that would reach *level*: with what was proved, or
    with one thing more that this person has."""
    proved = [event.evidence for event in seen.session.events]
    has = {event.method for event in seen.session.events}
    has |= {offer.card.name for offer in once.offers}
    more = [[], *([hope] for offer in once.offers for hope in offer.possible)]

    def reaches(method: AuthenticationMethod) -> bool:
        hopes = product(contained.possible(method, None), more)
        ways = ([*proved, hope, *held] for hope, held in hopes)
        return any(rules.policy.achieved(way, seen.account, now) >= level for way in ways)

    every = rules.offered()
    return tuple(name for name, method in every if name not in has and reaches(method))


def _closed(service: Service, why: Shortfall) -> Door:
    match why:
        case Shortfall.ACCOUNT_LOCKED:
            return Door.LOCKED
        case Shortfall.RIGHT_MISSING:
            return Door.RIGHT_MISSING
        case Shortfall.NO_METHOD_REACHES_LEVEL:
            return Door.OPEN if service.peer is None else Door.OUT_OF_REACH
        case (
            Shortfall.LOGIN_REQUIRED
            | Shortfall.INTERACTION_REQUIRED
            | Shortfall.CONSENT_REQUIRED
            | Shortfall.ACCOUNT_SELECTION_REQUIRED
            | Shortfall.DECLINED
        ):
            # unreachable: only a request ends like that, and a tile makes none.
            return Door.OUT_OF_REACH


def _next(
    rules: Rules, seen: Seen, portal: ServiceId, now: datetime, once: AskedOnce
) -> Level | None:
    proved = [event.evidence for event in seen.session.events]
    current = rules.policy.achieved(proved, seen.account, now)
    # The nearest: whoever has a telephone and no card must not be sent to look for a card.
    for rung in rules.policy.ladder:
        if rung <= current:
            continue
        asked = Asked(acrs=(rung.acr,), essential=True)
        request = LoginRequest(service=portal, received_at=now, asked=asked)
        case = case_of(rules, request, seen, now, asked=once)
        if isinstance(decide(case, rules.policy), MoreNeeded):
            return rung
    return None
