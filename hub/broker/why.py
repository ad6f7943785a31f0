"""« Pourquoi ? »: what `decide()` answers for one person and one service, told apart. Pure.

Nothing is decided here. The same question is put as if nothing were proved, as if each of the
person's means had been used just now, and as it stands in each of their live sessions.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from hub.contract.accounts import Account, Situation
from hub.contract.assurance import AssurancePolicy, ExplainsLevels, Level, PolicyRow
from hub.contract.events import AuthenticationEvent, Evidence
from hub.contract.identifiers import MethodName, SessionId
from hub.contract.login import LoginRequest
from hub.contract.services import Service
from hub.contract.values import value
from hub.broker.asked_once import AskedOnce
from hub.broker.assurance import ActionDue, Case, Decision, MoreNeeded, Offer, decide
from hub.broker.goals import minimum_of
from hub.broker.records import BrowserSession
from hub.broker.rules import Rules
from hub.broker.scene import Seen, case_of
from hub.broker.situations import places, settled

_NOBODY: Final = SessionId("")


class Start(StrEnum):
    """From where a replay begins."""

    NOTHING = "nothing"
    MEANS = "means"
    SESSION = "session"


@value
class Replay:
    start: Start
    decision: Decision
    reached: Level
    rows: Sequence[PolicyRow] = ()
    """What the policy made of each proof, those too old to count for this service included."""
    method: MethodName | None = None
    """The one used, for `Start.MEANS`."""
    evidence: Evidence | None = None
    session: SessionId | None = None
    place: Situation | None = None
    """The one that holds in the session; `None`: none is settled."""


@value
class Answered:
    """All that is told about one person and one service."""

    service: Service
    needed: Level
    lacking: Sequence[str]
    """The service's rights that the account does not hold anywhere."""
    elsewhere: Sequence[str]
    """Those it holds for some of its places only."""
    replays: Sequence[Replay]
    means: Sequence[MethodName]
    """Methods that can serve this person at all."""


def why(
    rules: Rules,
    service: Service,
    account: Account,
    live: Sequence[BrowserSession],
    now: datetime,
) -> Answered:
    """*live*: their sessions, in the order they are to be shown."""
    nobody = _session(account, (), now)
    # What each method has set up is asked once, as a page of tiles does.
    offers = tuple(AskedOnce(rules, Seen(session=nobody, account=account)).offers)
    used = [_session(account, (each,), now) for each in _used(offers, account, now)]
    asked = _Question(rules=rules, service=service, account=account, offers=offers, now=now)
    replays = [
        _replay(asked, nobody, Start.NOTHING),
        *(_replay(asked, each, Start.MEANS) for each in used),
        *(_replay(asked, each, Start.SESSION) for each in live),
    ]
    everywhere = {right.name for right in account.rights if right.situation is None}
    somewhere = {right.name for right in account.rights} - everywhere
    return Answered(
        service=service,
        needed=minimum_of(service, rules.policy),
        lacking=sorted(service.access.rights - everywhere - somewhere),
        elsewhere=sorted(service.access.rights & somewhere),
        replays=replays,
        means=[each.card.name for each in offers],
    )


def first_steps(replay: Replay) -> Sequence[MethodName]:
    """What can be done now; from nothing, only what finds out who is there."""
    if not isinstance(replay.decision, MoreNeeded):
        return ()
    cards = replay.decision.choices
    return [each.name for each in cards if replay.start is not Start.NOTHING or each.identifies]


def due(replay: Replay) -> str:
    """The required action that stands before the service; empty: none is known yet."""
    return replay.decision.action if isinstance(replay.decision, ActionDue) else ""


@value
class _Question:
    rules: Rules
    service: Service
    account: Account
    offers: tuple[Offer, ...]
    now: datetime


def _used(
    offers: Sequence[Offer], account: Account, now: datetime
) -> Iterator[AuthenticationEvent]:
    for each in offers:
        for evidence in each.possible:
            yield AuthenticationEvent(
                account=account.id, method=each.card.name, evidence=evidence, at=now
            )


def _replay(asked: _Question, session: BrowserSession, start: Start) -> Replay:
    rules, account, now = asked.rules, asked.account, asked.now
    seen = Seen(session=session, account=account)
    once = AskedOnce(rules, seen)
    once.offers = asked.offers
    request = LoginRequest(service=asked.service.id, received_at=now)
    case = case_of(rules, request, seen, now, asked=once)
    proved = [event.evidence for event in session.events]
    last = session.events[-1] if session.events and start is Start.MEANS else None
    return Replay(
        start=start,
        decision=decide(case, rules.policy),
        reached=rules.policy.achieved(proved, account, now),
        rows=_rows(rules.policy, case, proved),
        method=last.method if last else None,
        evidence=last.evidence if last else None,
        session=session.id if start is Start.SESSION else None,
        place=settled(places(account, session.events), session.situation),
    )


def _session(
    account: Account, events: tuple[AuthenticationEvent, ...], now: datetime
) -> BrowserSession:
    """One that nobody has: it is never kept, and no key opens it."""
    return BrowserSession(id=_NOBODY, account=account.id, events=events, began_at=now)


def _rows(policy: AssurancePolicy, case: Case, proved: Sequence[Evidence]) -> Sequence[PolicyRow]:
    if isinstance(policy, ExplainsLevels):
        return policy.rows(proved, case.now)
    account = case.known.account if case.known else None
    return [
        PolicyRow(
            authenticator=each.authenticator,
            row="",
            level=policy.achieved([each], account, case.now),
            factors=each.factors,
        )
        for each in proved
    ]
