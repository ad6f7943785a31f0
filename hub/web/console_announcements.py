"""The operator's announcements: written here, read by everybody in their time."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.contract.errors import StoreUnavailable
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.people.announcing import MOST, TEXT, TITLE, Announcement, Tone, Typed, announcement
from hub.people.delegation import Console
from hub.people.operating import shown
from hub.web.console import Agent, enter, enter_fresh
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.guards import form_fields
from hub.web.parts import hub, language
from hub.web.kept_forms import typed_before
from hub.web.words import HUB

HERE: Final = "/console/announcements"
_TOO_MANY: Final = Refusal(code="announcement.too_many", counts=False, detail={"most": MOST})
_LIMITS: Final = {"title": TITLE, "text": TEXT}
blueprint = flask.Blueprint("hub_console_announcements", __name__)


@value
class Banner:
    """One announcement, in the language of whoever reads it."""

    warning: bool
    title: str
    text: Sequence[str]
    """Paragraph by paragraph."""


@value
class AnnouncementRow:
    id: str
    warning: bool
    titles: Sequence[str]
    texts: Sequence[str]
    starts: datetime
    ends: datetime
    state: str
    """`now`, `later` or `over`."""


def banners() -> Sequence[Banner]:
    """What stands on the pages now; nothing while nobody can tell: it is news, not a guard."""
    try:
        current = shown(desk().operator.operating, hub().clock())
    except StoreUnavailable:
        return ()
    return [_banner(each, language()) for each in current]


@blueprint.get(HERE)
def listed() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return _page(agent, _typed(typed_before()), done=flask.request.args.get("done", ""))


@blueprint.post(HERE)
def announce() -> ResponseReturnValue:
    # Everybody reads it: a session left open an hour ago says nothing to everybody.
    agent = enter_fresh(Console.OPERATOR, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    typed = _typed(form_fields())
    zone, now = hub().words.zone, hub().clock()
    made = announcement(secrets.token_urlsafe(9), typed, zone, now)
    if not isinstance(made, Announcement):
        wrong = Refusal(code=f"announcement.{made}", counts=False, detail=_LIMITS)
        return _page(agent, typed, refused=wrong, status=422)
    if any(each.says_as(made) for each in desk().operator.operating.now().announcements):
        return flask.redirect(f"{HERE}?done=made", 303)
    if not desk().operator.operating.announce(made, _entry(agent, "announcement.made", made.id)):
        return _page(agent, typed, refused=_TOO_MANY, status=409)
    return flask.redirect(f"{HERE}?done=made", 303)


@blueprint.post(f"{HERE}/<name>/withdraw")
def withdraw(name: str) -> ResponseReturnValue:
    agent = enter_fresh(Console.OPERATOR, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    if not desk().operator.operating.withdraw(name, _entry(agent, "announcement.withdrawn", name)):
        flask.abort(404)
    return flask.redirect(f"{HERE}?done=withdrawn", 303)


def _typed(given: Mapping[str, str]) -> Typed:
    spoken = hub().words.languages
    return Typed(
        tone=given.get("tone", Tone.INFO.value),
        starts=given.get("starts", ""),
        ends=given.get("ends", ""),
        titles={tag: given.get(f"title_{tag}", "") for tag in spoken},
        texts={tag: given.get(f"text_{tag}", "") for tag in spoken},
    )


def _entry(agent: Agent, action: str, name: str) -> AuditEntry:
    who = agent.visited.account.id
    return AuditEntry(at=hub().clock(), action=action, account=who, details={"announcement": name})


def _page(
    agent: Agent,
    typed: Typed,
    *,
    refused: Refusal | None = None,
    done: str = "",
    status: int = 200,
) -> flask.Response:
    return page(
        "console/announcements.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        rows=[_row(each) for each in desk().operator.operating.now().announcements],
        typed=typed,
        languages=hub().words.languages,
        limits=_LIMITS,
        done=done if done in ("made", "withdrawn") else "",
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )


def _banner(each: Announcement, spoken: str) -> Banner:
    lines = each.text(spoken).split("\n")
    return Banner(
        warning=each.tone is Tone.WARNING,
        title=each.title(spoken),
        text=[line for line in lines if line],
    )


def _row(each: Announcement) -> AnnouncementRow:
    now = hub().clock()
    state = "over" if each.over(now) else "now" if each.shows(now) else "later"
    return AnnouncementRow(
        id=each.id,
        warning=each.tone is Tone.WARNING,
        titles=_in_order(each.titles),
        texts=_in_order(each.texts),
        starts=each.starts,
        ends=each.ends,
        state=state,
    )


def _in_order(said: Mapping[str, str]) -> Sequence[str]:
    """French first, as everywhere: that is what whoever has no other language reads."""
    return [said[tag] for tag in hub().words.languages if tag in said]
