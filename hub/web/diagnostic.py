"""« Diagnostic de mon poste »: what a browser can check, and a code under which it is noted."""

from collections.abc import Mapping
from typing import Final

import flask

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import MethodName
from hub.broker.refusals import too_many_tries
from hub.broker.throttle import Try
from hub.web import checks_here
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.headers import allow_script_to
from hub.web.parts import browser, hub, language, support, visitor
from hub.web.words import HUB, Sentence

METHOD: Final = MethodName("diagnostic")
"""Under this name `[throttle.methods]` says how many results a network may have noted."""
blueprint = flask.Blueprint("hub_diagnostic", __name__)


@blueprint.get("/diagnostic")
def show() -> flask.Response:
    """Nothing is noted yet. The first page of a browser cannot know whether cookies come back."""
    seen = _seen()
    if visitor().fresh:
        seen["cookies"] = "unchecked"
    return _page(checks_here.found({}, seen), live=True)


@blueprint.get("/diagnostic/now")
def now() -> flask.Response:
    """For the script: what time it is here, and whether the cookie given with the page came."""
    return flask.jsonify(now=int(hub().clock().timestamp() * 1000), kept=not visitor().fresh)


@blueprint.post("/diagnostic")
def note() -> flask.Response:
    """The outcomes are noted without saying whose: the support finds them under the code."""
    outcomes = checks_here.found(flask.request.form, _seen())
    # Everybody may write here: a network that writes without end fills the trail for nobody.
    here = browser().source
    if wait := desk().throttle.spend(Try(method=METHOD, step="begin", who=here, source=here)):
        refused = hub().words.refusal(language(), too_many_tries(wait), HUB)
        return _page(outcomes, refused=refused, status=429)
    desk().trail.note(_entry(outcomes))
    return _page(outcomes, code=support())


def _entry(outcomes: Mapping[str, str]) -> AuditEntry:
    return AuditEntry(
        at=hub().clock(),
        action=checks_here.NOTED,
        details={**outcomes, "device": browser().device},
        support=support(),
    )


def _seen() -> dict[str, str]:
    return checks_here.seen(visitor().fresh, flask.request.headers.get("User-Agent", ""))


def _page(
    outcomes: Mapping[str, str],
    *,
    live: bool = False,
    code: str = "",
    refused: Sentence | None = None,
    status: int = 200,
) -> flask.Response:
    """*live*: the script checks what only it can, while somebody reads."""
    theirs = list(checks_here.of_plugins()) if live else []
    for _, each in theirs[:1]:
        allow_script_to(each.address)
    return page(
        "pages/diagnostic.html",
        status=status,
        lines=list(checks_here.lines(outcomes)),
        live=live,
        workstation=theirs[0][1].address if theirs else "",
        scripts=[(owner, each.script) for owner, each in theirs[:1]],
        code=code,
        refused=refused,
    )
