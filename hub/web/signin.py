"""The addresses of a sign-in: one that draws it, and those that move it on."""

from dataclasses import replace

import flask

from hub.contract.identifiers import ActionName, LoginId, MethodName
from hub.contract.steps import Answer, Ask, Redirect, Refused
from hub.broker.assurance import ActionDue, OutOfReach, Satisfied
from hub.broker.outcomes import Admitted, Browser, Ended, Pending
from hub.broker.records import OtherPerson
from hub.broker.scene import Scene
from hub.broker.trail import left
from hub.web.arrivals import tell_of_arrival
from hub.web.barred import barred_page
from hub.web.guards import form_fields, meant_for
from hub.web.kept_actions import given_back, keep, unkept
from hub.web.moments import completion, draw
from hub.web.watching import draw_watched
from hub.web.parts import browser, hub
from hub.web.returned import asks_to_return, brought_back
from hub.web.visits import local

blueprint = flask.Blueprint("hub_signin", __name__, url_prefix="/login")

Shown = Ask | Redirect | Refused | OtherPerson


@blueprint.get("/<login>")
def show(login: str) -> flask.Response:
    """What there is to do now. Nothing moves, however often it is loaded."""
    scene = _read(login)
    return given_back(scene, draw(scene))


@blueprint.get("/<login>/<method>")
def back_at_method(login: str, method: str) -> flask.Response:
    """Back from outside with a ticket; else a form's address loaded without it: a reload."""
    given = _brought(login, method, hub().owner_of_method(method))
    return _answered(login, method, given) if given else _see(f"/login/{login}")


@blueprint.get("/<login>/do/<action>")
def back_at_action(login: str, action: str) -> flask.Response:
    """The same for a required action."""
    given = _brought(login, f"do/{action}", hub().owner_of_action(action))
    return _acted(login, action, given) if given else _see(f"/login/{login}")


@blueprint.get("/<login>/<method>/watched")
def watched(login: str, method: str) -> flask.Response:
    """The part of a form's page that changes while people type, in a frame of its own."""
    return draw_watched(_read(login), MethodName(method))


@blueprint.post("/<login>/<method>")
def answer(login: str, method: str) -> flask.Response:
    """A bare `begin` begins the method; anything else is its form, filled in."""
    return _answered(login, method, _given())


@blueprint.post("/<login>/do/<action>")
def act(login: str, action: str) -> flask.Response:
    scene, given = _read(login), _given()
    if scene.seen:
        # What one person attested in another tab is not done in the name of the next.
        meant_for(scene.seen.account.id)
    if given is None:
        return _acted(login, action, given)
    keep(scene, action)
    onward = _acted(login, action, given)
    if unkept(scene, action):
        onward.location = f"/login/{login}?unkept=1"
    return onward


@blueprint.post("/<login>/continue")
def continue_as(login: str) -> flask.Response:
    """Stay as the person who proved it, whoever was expected."""
    here = browser()
    admitted = hub().broker.continue_as(LoginId(login), here)
    return _admitted(login, here, admitted) if admitted else _see(f"/login/{login}")


@blueprint.post("/<login>/cancel")
def cancel(login: str) -> flask.Response:
    """Back to the service, which is told that the person did not want it."""
    hub().broker.decline(LoginId(login), browser())
    return _see(completion(hub().records.pending(LoginId(login), browser().key)))


@blueprint.post("/<login>/change")
def change_person(login: str) -> flask.Response:
    """The one signed in leaves; somebody else signs in for the same service."""
    session = hub().records.session(browser().session)
    if session:
        hub().records.end(session.id, left(session.account, hub().clock()))
    answer = _see(f"/login/{login}?choose=1")
    answer.headers.add("Set-Cookie", hub().cookies.sign_out())
    return answer


@blueprint.get("/<login>/complete")
def complete(login: str) -> flask.Response:
    """The end of a login for one of our own pages; services have theirs on the federation side."""
    request = hub().broker.read(LoginId(login), browser()).login.request
    if hub().service(request.service).peer:
        return _see(f"/broker/complete/{login}")
    match hub().broker.complete(LoginId(login), browser()):
        case Pending():
            return _see(f"/login/{login}")
        case Ended(outcome=outcome):
            hub().metrics.stepped("complete", type(outcome).__name__.lower())
            if isinstance(outcome, OutOfReach):
                return barred_page(outcome.why, None)
            return _see(local(request.target) or "/services")


def _given() -> Answer | None:
    return None if "begin" in flask.request.form else Answer(fields=form_fields())


def _brought(login: str, at: str, owner: str) -> Answer | None:
    """Only what somebody was sent away for: any page of the web can make a browser load this."""
    if not asks_to_return():
        return None
    # Whose login it is comes first: in another browser the ticket is not even taken.
    turn = _read(login).login.turn
    away = turn is not None and turn.at == at and isinstance(turn.step, Redirect)
    return brought_back(owner) if away else None


def _answered(login: str, method: str, given: Answer | None) -> flask.Response:
    here = browser()
    outcome = hub().broker.answer(LoginId(login), here, MethodName(method), given)
    _stepped(method, outcome)
    return _onward(login, method, here, outcome)


def _acted(login: str, action: str, given: Answer | None) -> flask.Response:
    here = browser()
    outcome = hub().broker.act(LoginId(login), here, ActionName(action), given)
    _stepped(f"do/{action}", outcome)
    return _onward(login, f"do/{action}", here, outcome)


def _stepped(place: str, outcome: Shown | Admitted) -> None:
    # What does not exist is not counted: each new label stays in memory for ever.
    rules = hub().rules
    if place in {*rules.methods, *(f"do/{each}" for each in rules.actions)}:
        hub().metrics.stepped(place, type(outcome).__name__.lower())


def _read(login: str) -> Scene:
    return hub().broker.read(LoginId(login), browser())


def _onward(login: str, at: str, here: Browser, outcome: Shown | Admitted) -> flask.Response:
    match outcome:
        case Admitted():
            return _admitted(login, here, outcome)
        case Redirect(url=url):
            # Another site is reached by a page, not by the answer to a form: see `form-action`.
            return _see(url if local(url) else f"/login/{login}?away=1")
        case Ask() | Refused():
            why = outcome.refused if isinstance(outcome, Ask) else outcome.why
            if why and why.code == "hub.too_many_tries":
                hub().metrics.throttled(at)
            return _see(f"/login/{login}")
        case OtherPerson():
            return _see(f"/login/{login}")


def _admitted(login: str, here: Browser, admitted: Admitted) -> flask.Response:
    """Begin the actions that are due, so that the next page is the first of them, drawn."""
    for _ in range(len(hub().rules.actions)):
        if not isinstance(admitted.decision, ActionDue):
            break
        here = replace(here, session=admitted.key, told_shared=admitted.told_shared)
        begun = hub().broker.act(LoginId(login), here, admitted.decision.action, None)
        if not isinstance(begun, Admitted):
            break
        admitted = begun
    tell_of_arrival(admitted, here)
    through = isinstance(admitted.decision, Satisfied)
    # Whether it may end is decided again there.
    answer = _see(completion(admitted.login) if through else f"/login/{login}")
    answer.headers.add("Set-Cookie", hub().cookies.sign_in(admitted.key))
    if admitted.told_shared:
        answer.headers.add("Set-Cookie", hub().cookies.share_as_told())
    return answer


def _see(path: str) -> flask.Response:
    answer = flask.Response(status=303)
    answer.headers["Location"] = path
    return answer
