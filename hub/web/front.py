"""The pages anybody may see: the front page, help, the choice of a language."""

import re
from collections.abc import Iterator

import flask

from hub.contract.values import value
from hub.broker.scene import Seen
from hub.web.drawing import page
from hub.web.parts import browser, hub, language
from hub.web.tiles import initials
from hub.web.visits import local, now_seen

blueprint = flask.Blueprint("hub_front", __name__)


@value
class OfferedService:
    """A service as strangers see it: no level, no right."""

    title: str
    summary: str
    icon: str
    logo: str
    initials: str
    address: str


@blueprint.get("/")
def front() -> flask.Response:
    """A person signed in already sees the way back to their services."""
    session = hub().records.session(browser().session)
    account = hub().accounts.by_id(session.account) if session else None
    if session and account:
        now_seen(Seen(session=session, account=account))
    return page(
        "pages/front.html",
        person=account,
        services=list(_offered()),
        dial=_dialled(hub().support.telephone),
    )


@blueprint.get("/help")
def help_centre() -> flask.Response:
    return page("pages/help.html", pages=hub().help_pages.all(language()))


@blueprint.get("/help/<name>")
def help_page(name: str) -> flask.Response:
    found = hub().help_pages.find(language(), name)
    if found is None:
        flask.abort(404)
    return page("pages/help_page.html", shown=found)


@blueprint.get("/legal/<name>")
def legal_page(name: str) -> flask.Response:
    """Open to everybody: whoever hesitates to sign in may read who runs this, and how."""
    found = hub().legal.find(language(), name)
    if found is None:
        flask.abort(404)
    return page("pages/legal.html", shown=found)


@blueprint.post("/language/<tag>")
def speak(tag: str) -> flask.Response:
    if tag not in hub().words.languages:
        flask.abort(404)
    answer = flask.Response(status=303)
    answer.headers["Location"] = local(flask.request.form.get("back")) or "/"
    answer.headers.add("Set-Cookie", hub().cookies.speak(tag))
    return answer


def _offered() -> Iterator[OfferedService]:
    """Those the operator names in public; what is asked of whom is said once they come in."""
    for name in hub().look.public:
        service = hub().rules.services.get(name)
        if service and service.tile and service.launch:
            tile = service.tile
            yield OfferedService(
                title=tile.title,
                summary=tile.summary,
                icon=tile.icon,
                logo=tile.logo,
                initials=initials(tile.title),
                address=f"/open/{name}",
            )


def _dialled(telephone: str) -> str:
    """What a telephone is given of a number written for people."""
    return re.sub(r"[^0-9+]", "", telephone)
