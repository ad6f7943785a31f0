"""The operator's search in the audit trail, its export, and whether the chain holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.people.auditing import Checked, Line, Query
from hub.people.delegation import Console
from hub.web.console import Agent, enter, normal
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.history import timeline
from hub.web.parts import hub, language
from hub.web.sheets import sheet
from hub.web.words import HUB

HERE: Final = "/console/audit"
AT_ONCE: Final = 50
MOST_EXPORTED: Final = 10_000
MOST_CHECKED: Final = 20_000
"""Entries read again by the button: a second or so. `hub audit verify` reads all."""
LONGEST: Final = 200
FIELDS: Final = ("action", "who", "service", "code", "since", "until")
_UNREADABLE: Final = Refusal(code="audit.unreadable", counts=False)
_HEADS: Final = ("number", "linked", "at", "action", "account", "service", "support", "details")
blueprint = flask.Blueprint("hub_console_audit", __name__)


@value
class AuditRow:
    number: int
    linked: bool
    at: datetime
    words: str
    action: str
    account: str
    """An id: whose it is, is looked up by whoever may."""
    service: str
    support: str
    details: Sequence[tuple[str, str]]


@blueprint.get(HERE)
def searched() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    typed = _typed(flask.request.args)
    query = _query(typed)
    if query is None:
        return _page(agent, typed, refused=_UNREADABLE, status=422)
    before = _number(flask.request.args.get("before", ""))
    if not any(typed.values()) and before is None:
        return _page(agent, typed)
    found = _found(query, before, AT_ONCE + 1)
    if before is None:
        _trace(agent, "audit.searched", typed)
    return _page(agent, typed, found=found)


@blueprint.get(f"{HERE}/export.csv")
def exported() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    typed = _typed(flask.request.args)
    query = _query(typed)
    if query is None:
        return _page(agent, typed, refused=_UNREADABLE, status=422)
    _trace(agent, "audit.exported", typed)
    body = sheet(_HEADS, (_cells(each) for each in _found(query, None, MOST_EXPORTED)))
    answer = flask.Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


@blueprint.post(f"{HERE}/verify")
def verified() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    checked = desk().operator.audit.check(MOST_CHECKED)
    _trace(agent, "audit.verified", {}, result="whole" if checked.whole else "broken")
    return _page(agent, _typed({}), checked=checked)


def _found(query: Query, before: int | None, most: int) -> Sequence[Line]:
    return desk().operator.audit.search(replace(query, before=before), most)


def _typed(given: Mapping[str, str]) -> dict[str, str]:
    plain = {name: given.get(name, "").replace("\0", "").strip() for name in FIELDS}
    return {name: text[:LONGEST] for name, text in plain.items()}


def _query(typed: Mapping[str, str]) -> Query | None:
    """`None`: a date or a support code that is none, or a person nobody knows."""
    # The whole of the last day counts.
    since, until = _day(typed["since"]), _day(typed["until"], later=timedelta(days=1))
    code, account = normal(typed["code"]), _account(typed["who"])
    wrong = (
        (typed["since"] and since is None)
        or (typed["until"] and until is None)
        or (typed["code"] and not code)
        or (typed["who"] and account is None)
    )
    if wrong:
        return None
    return Query(
        action=typed["action"],
        account=account,
        service=ServiceId(typed["service"]) if typed["service"] else None,
        support=code,
        since=since,
        until=until,
    )


def _day(typed: str, later: timedelta = timedelta()) -> datetime | None:
    """Its first moment, where the people are."""
    try:
        day = date.fromisoformat(typed)
        first = datetime.combine(day, time(), tzinfo=hub().words.zone) + later
        # The database keeps moments of Greenwich, where the last of all years is over sooner.
        first.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return first


def _account(typed: str) -> AccountId | None:
    """By id, as the entries name it, or by whatever the person signs in with."""
    if not typed:
        return None
    found = hub().accounts.by_id(AccountId(typed)) or hub().accounts.by_login(typed)
    # One that was closed is in no store any more, and its entries may still name it.
    return found.id if found else AccountId(typed) if typed.isascii() else None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None


def _trace(agent: Agent, action: str, typed: Mapping[str, str], **more: str) -> None:
    """By what was searched, never for what: a search names people too."""
    by = " ".join(name for name, text in typed.items() if text)
    details = {**({"filters": by} if by else {}), **more}
    who = agent.visited.account.id
    desk().trail.note(AuditEntry(at=hub().clock(), action=action, account=who, details=details))


def _rows(found: Sequence[Line]) -> Iterator[AuditRow]:
    for line, told in zip(found, timeline([each.entry for each in found]), strict=True):
        entry = line.entry
        yield AuditRow(
            number=line.number,
            linked=line.sequence is not None,
            at=entry.at,
            words=told.words,
            action=entry.action,
            account=entry.account or "",
            service=entry.service or "",
            support=entry.support or "",
            details=told.details,
        )


def _cells(line: Line) -> Sequence[str]:
    entry = line.entry
    return (
        str(line.number),
        "" if line.sequence is None else str(line.sequence),
        entry.at.isoformat(),
        entry.action,
        entry.account or "",
        entry.service or "",
        entry.support or "",
        " ".join(f"{name}={text}" for name, text in sorted(entry.details.items())),
    )


def _page(
    agent: Agent,
    typed: Mapping[str, str],
    *,
    found: Sequence[Line] | None = None,
    checked: Checked | None = None,
    refused: Refusal | None = None,
    status: int = 200,
) -> flask.Response:
    shown = list(found or ())[:AT_ONCE]
    asked = {name: text for name, text in typed.items() if text}
    more = {**asked, "before": str(shown[-1].number)} if len(found or ()) > AT_ONCE else {}
    return page(
        "console/audit.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        typed=typed,
        rows=None if found is None else list(_rows(shown)),
        older=f"{HERE}?{urlencode(more)}" if more else "",
        export=f"{HERE}/export.csv?{urlencode(asked)}" if shown else "",
        checked=checked,
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )
