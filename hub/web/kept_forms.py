"""What was typed when a session was over: kept sealed for its person, and back in the form once.

Every page behind `visit` has it: a form says by its own field for whom it was drawn, what it
carried waits under a key of this browser, and the page it stood on is drawn with it again.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import flask

from hub.contract.pages import SignedIn
from hub.contract.values import Json, value
from hub.broker.records import BrowserSession
from hub.broker.scene import Seen
from hub.web.desk import Desk
from hub.web.guards import drawn_at_many, drawn_for, mark
from hub.web.parts import browser, hub
from hub.web.refilling import Typed, refilled

WAITS: Final = 900
"""Seconds; as long as a sign-in."""
LARGEST: Final = 16_384
"""Signs of all fields together; a longer form is not kept."""
_KEY: Final = re.compile(r"[\w-]{16,64}")
# By name: what stands in such a field is worth something to whoever opens the database with us.
SECRETS: Final = re.compile(r"(?i)passw|secret|code|otp|pin\b|ticket|token|csrf")
# What is agreed to or attested is asked again with the words it is about.
_LEFT_OUT: Final = frozenset({"csrf", "begin", "accept", "attest"})


@value
class Kept:
    """One form as it was sent."""

    action: str
    """The path it went to."""
    fields: Sequence[tuple[str, str]]


class Returning:
    """Where whoever must sign in first comes back to, and what they find typed there."""

    def __init__(self, target: str) -> None:
        self._sent = bool(drawn_for() and typed_now() and box())
        self._key = _slot() if self._sent and may_remember(None) else ""
        self.target = _naming(target, self._key) if self._key else target

    @property
    def unkept(self) -> bool:
        """Whether what was sent is lost on purpose: the page that follows says so."""
        return self._sent and not may_remember(_session())

    def keep(self) -> None:
        """They must sign in: what was typed waits, sealed, for them alone."""
        desk = box()
        if not self._key or desk is None or not may_remember(_session()):
            return
        pairs: list[Json] = [[name, text] for name, text in typed_now()]
        said: dict[str, Json] = {"whose": drawn_for(), "action": flask.request.path}
        desk.one_time.put(_place(self._key), {**said, "fields": pairs}, seconds=WAITS)


def drawn_again(at: str) -> str | None:
    """Where a form that fits this browser no more is drawn again, filled in; `None`: nowhere."""
    request = flask.request
    # Said by the browser itself: another site's form must not come up here as if typed by them.
    ours = request.headers.get("Origin") == hub().public_address
    if not ours and request.headers.get("Sec-Fetch-Site") != "same-origin":
        return None
    session = hub().records.session(browser().session)
    if session is None or drawn_for() != mark(session.account) or not may_remember(session):
        return None
    returning = Returning(at)
    returning.keep()
    return returning.target if returning.target != at else None


def kept() -> Kept | None:
    """What waits for whoever reads this page: theirs alone, and once."""
    if "hub_kept_form" not in flask.g:
        here: SignedIn | None = flask.g.get("hub_visit")
        key = flask.request.args.get("typed", "")
        desk = box()
        if here is None or desk is None or not _KEY.fullmatch(key):
            return None
        found = desk.one_time.take(_place(key))
        # Somebody else signed in at this browser: it is gone, and was never shown.
        theirs = found is not None and found["whose"] == mark(here.account.id)
        theirs = theirs and may_remember(_session())
        flask.g.hub_kept_form = read_kept(found) if found and theirs else None
    given: Kept | None = flask.g.hub_kept_form
    return given


def typed_before() -> Mapping[str, str]:
    """For a page that draws its form itself: what it held; empty for everybody else."""
    found = kept()
    return dict(found.fields) if found else {}


def refill(answer: flask.Response) -> flask.Response:
    """The page with the form as it was left; any other answer as it is."""
    if "typed" not in flask.request.args or answer.status_code != 200 or not _is_page(answer):
        return answer
    if found := kept():
        typed = Typed(action=found.action, here=flask.request.path, fields=tuple(found.fields))
        answer.set_data(refilled(answer.get_data(as_text=True), typed, note()))
    return answer


def may_remember(session: BrowserSession | None) -> bool:
    """At a workstation of many nothing is remembered, not even for who wrote it.

    Its browser says so, or the session: a program there told it once, and cookies are forgotten.
    Of a *session* that is over nothing is known any more: the form that was drawn in it says it.
    """
    return not browser().shared and not drawn_at_many() and not (session and session.shared)


def typed_now() -> Sequence[tuple[str, str]]:
    if flask.request.method != "POST":
        return ()
    sent = flask.request.form.items(multi=True)
    fields = [(name, text) for name, text in sent if name not in _LEFT_OUT]
    fields = [(name, text) for name, text in fields if not SECRETS.search(name)]
    size = sum(len(name) + len(text) for name, text in fields)
    return fields if size <= LARGEST else ()


def read_kept(found: Mapping[str, Any]) -> Kept:
    pairs = [(str(name), str(text)) for name, text in found["fields"]]
    return Kept(action=str(found["action"]), fields=pairs)


def _session() -> BrowserSession | None:
    seen: Seen | None = flask.g.get("hub_seen")
    return seen.session if seen else hub().records.session(browser().session)


def _is_page(answer: flask.Response) -> bool:
    return answer.mimetype == "text/html" and not answer.is_streamed


def note() -> str:
    return flask.render_template("hub/kept.html")


def box() -> Desk | None:
    found: Desk | None = flask.current_app.extensions.get("hub_desk")
    return found


def _naming(target: str, key: str) -> str:
    """*target* with this key and no older one: a page drawn again may be sent in vain again."""
    path, _, query = target.partition("?")
    more = [each for each in query.split("&") if each and each.partition("=")[0] != "typed"]
    return f"{path}?{'&'.join([*more, f'typed={key}'])}"


def _slot() -> str:
    """One of sixteen names that this browser has: what comes later takes the place of what was.

    However many forms are sent in vain, and to whatever paths, few are ever kept.
    """
    at = hub().seal.digest(flask.request.path, "typed")[0]
    return hub().seal.digest(f"{browser().key}\0{at}", "typed")[:32]


def _place(key: str) -> str:
    return f"typed:{browser().key}:{key}"
