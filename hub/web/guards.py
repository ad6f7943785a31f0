"""What every request must pass before a view runs: size, and for a change, where it came from."""

import hmac
from typing import Final

import flask
from werkzeug.exceptions import (
    Forbidden,
    NotFound,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
)

from hub.contract.pages import PUBLIC
from hub.people.delegation import Console, consoles
from hub.web.desk import desk
from hub.web.parts import browser, hub

LARGEST_BODY: Final = 65_536
MOST_FIELDS: Final = 50
LONGEST_ADDRESS: Final = 8_192
LARGEST_HEADERS: Final = 16_384

UPLOADS: Final = {"hub_console_import.upload": 20 * 1024 * 1024}
"""Views that take a file, and how many bytes with it."""

MACHINES: Final = frozenset({"hub_posting.post"})
"""Views of the hub's own that services call with a token of theirs."""

COOKIELESS: Final = frozenset({"hub_diagnostic.note"})
"""Views that change nothing of anybody's, and are for browsers that keep no cookie as well."""

_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_OWN: Final = frozenset({"same-origin", "none"})
_AT_MANY: Final = ".many"
"""Behind the mark of a form that was drawn at a workstation of many people."""


class StaleForm(Forbidden):
    """The form is of ours but no longer fits this browser: draw it again."""


def check_site() -> None:
    """A change comes from our own page. First of all: nothing of another site's form is parsed."""
    request = flask.request
    if request.method in _HARMLESS:
        return
    # Login CSRF included: an attacker's page must not sign the person in as the attacker.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OUR_OWN:
        raise Forbidden
    if request.headers.get("Origin", hub().public_address) not in (hub().public_address, "null"):
        raise Forbidden


def limit_size() -> None:
    """Refuse what no form of ours could be, before anything reads it."""
    request = flask.request
    if len(request.query_string) + len(request.path) > LONGEST_ADDRESS:
        raise RequestURITooLarge
    # PostgreSQL takes no NUL in text: an id that holds one would fail there, not here.
    if not request.path.isprintable():
        raise NotFound
    sent = request.environ.items()
    if sum(len(n) + len(text) for n, text in sent if n.startswith("HTTP_")) > LARGEST_HEADERS:
        raise RequestHeaderFieldsTooLarge
    if request.endpoint in UPLOADS and _brings_files():
        request.max_content_length = UPLOADS[request.endpoint]
        # What stands between two reads counts as well: a file's own pieces are as large as this.
        request.max_form_memory_size = 4 * LARGEST_BODY
    if request.method not in _HARMLESS and len(list(request.form.items(multi=True))) > MOST_FIELDS:
        raise RequestEntityTooLarge


def check_origin() -> None:
    """A change comes from the browser the page was drawn for."""
    request = flask.request
    if request.method in _HARMLESS:
        return
    if request.endpoint in COOKIELESS or _needs_no_cookie():
        return
    sent = request.form.get("csrf", "")
    if not hmac.compare_digest(sent.encode(), token(sent.partition("_")[2]).encode()):
        raise StaleForm


def token(whose: str = "") -> str:
    """Bound to the browser's binding cookie: another browser's form is worth nothing here.

    *whose*: the mark of the account the form is drawn for, empty where nobody is signed in.
    """
    bound = hub().seal.digest(f"{browser().key}\0{whose}" if whose else browser().key, "csrf")
    return f"{bound}_{whose}" if whose else bound


def mark(account: str, *, at_many: bool = False) -> str:
    """By which a form says for whom it was drawn, and tells nobody who that is.

    *at_many*: and that the workstation was one of many people. The session that said so may be
    over when the form is sent, and its browser may have forgotten.
    """
    return hub().seal.digest(account, "form")[:16] + (_AT_MANY if at_many else "")


def meant_for(account: str) -> None:
    """Raise `StaleForm` when the form being answered was drawn for somebody else.

    Another person signed in meanwhile: what the first one typed is not done to the second.
    """
    if drawn_for() not in ("", mark(account)):
        raise StaleForm


def drawn_for() -> str:
    """The mark in the form being answered; empty: it was drawn for nobody in particular."""
    return flask.request.form.get("csrf", "").partition("_")[2].removesuffix(_AT_MANY)


def drawn_at_many() -> bool:
    """Whether the form being answered was drawn at a workstation of many people."""
    return flask.request.form.get("csrf", "").endswith(_AT_MANY)


def form_fields() -> dict[str, str]:
    """What was typed, without our own hidden fields."""
    # PostgreSQL keeps no NUL in text, and no keyboard types one.
    typed = {name: text.replace("\0", "") for name, text in flask.request.form.items()}
    return {name: text for name, text in typed.items() if name not in {"csrf", "begin"}}


def _brings_files() -> bool:
    """Whoever is no référent fills no disk with large files, signed in or not."""
    session = hub().records.session(browser().session)
    if session is None:
        return False
    return Console.REFERENT in consoles(desk().rights.granted(session.account, hub().clock()))


def _needs_no_cookie() -> bool:
    """A public page of a plugin called by a machine: without a cookie there is nothing to ride."""
    if flask.request.endpoint in MACHINES:
        return "Cookie" not in flask.request.headers
    named = flask.request.blueprints[-1:] or [""]
    pages = hub().pages.get(named[0].removeprefix("apps_"))
    public = named[0].startswith("apps_") and pages is not None and pages.access is PUBLIC
    return public and "Cookie" not in flask.request.headers
