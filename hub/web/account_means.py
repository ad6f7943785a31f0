"""The means on the account page: shown, set up, removed."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.identifiers import MethodName, ServiceId
from hub.contract.login import LoginRequest
from hub.contract.methods import AuthenticationMethod
from hub.contract.steps import Answer, Ask, Done, Redirect, Refused
from hub.contract.tasks import Enrollable, Task
from hub.contract.values import value
from hub.broker.assurance import Decision, decide
from hub.broker.contained import unless_broken
from hub.broker.outcomes import Vouched
from hub.broker.scene import Seen, case_of
from hub.people.masking import masked
from hub.people.means import strengthens
from hub.web.desk import desk
from hub.web.drawing import fragment, page
from hub.web.enrolment import Enrolment, Outcome
from hub.web.guards import form_fields
from hub.web.headers import allow_form_to
from hub.web.parts import browser, hub, language
from hub.web.portal import method_title
from hub.web.returned import asks_to_return, brought_back
from hub.web.visits import local, visit
from hub.web.workstation import shared_as_told

ACCOUNT: Final = ServiceId("account")
ACCOUNT_STRONG: Final = ServiceId("account-strong")
blueprint = flask.Blueprint("hub_account_means", __name__)


@value
class MeansRow:
    id: str
    label: str
    since: datetime | None
    used: datetime | None


@value
class MeansGroup:
    method: MethodName
    title: str
    rows: Sequence[MeansRow]
    secret: bool
    """It is only known: there is one, changed and never removed."""
    outside: bool
    """An identity that a provider keeps, or a card: linked, not set up."""
    masked: bool
    """Changing it, or reading it whole, takes a fresher or stronger proof."""


def groups(visited: Vouched, *, proved: bool) -> Sequence[MeansGroup]:
    """Every method whose means the person may see here, in the order of the sign-in page.

    *proved*: strongly enough, just now, to see them whole; see `strong_proof`.
    """
    found = (
        unless_broken(name, partial(_group, name, method, visited, proved), None)
        for name, method in hub().rules.methods.items()
        if isinstance(method, Enrollable)
    )
    return [group for group in found if group]


def strong_proof(visited: Vouched) -> Decision:
    """What stands between the person and their strong means: nothing, a proof, or no way."""
    request = LoginRequest(service=ACCOUNT_STRONG, received_at=hub().clock())
    seen = Seen(session=visited.session, account=visited.account)
    return decide(case_of(hub().rules, request, seen, hub().clock()), hub().rules.policy)


@blueprint.get("/account/means")
def prove() -> ResponseReturnValue:
    """« Modifier »: asks for what is missing, then shows the means unmasked."""
    visited = visit(ACCOUNT_STRONG)
    return flask.redirect("/account", 303) if isinstance(visited, Vouched) else visited


@blueprint.post("/account/means/<name>")
def work(name: str) -> ResponseReturnValue:
    """Begins, or answers what was asked."""
    visited = _enter(name)
    if not isinstance(visited, Vouched):
        return visited
    enrolment = _enrolment(name, visited)
    begins = "begin" in flask.request.form
    given = Answer(fields=form_fields())
    return _onward(name, visited, enrolment.begin() if begins else enrolment.advance(given))


def _onward(name: str, visited: Vouched, outcome: Outcome) -> ResponseReturnValue:
    match outcome:
        case Done(shared=shared):
            answer = _see(f"/account?saved={name}")
            return shared_as_told(answer, visited) if shared else answer
        case Redirect() as step:
            return _away(name, visited, step)
        case Ask():
            return flask.redirect(f"/account/means/{name}", 303)
        case Refused() as refused:
            return _refused(name, visited, refused)


@blueprint.get("/account/means/<name>")
def read(name: str) -> ResponseReturnValue:
    visited = _enter(name)
    if not isinstance(visited, Vouched):
        return visited
    enrolment = _enrolment(name, visited)
    # Any page of the web can make the browser load this: only who was sent away comes back.
    back = asks_to_return() and enrolment.away()
    given = brought_back(hub().owner_of_method(name)) if back else None
    outcome = enrolment.advance(given) if given else None
    return _onward(name, visited, outcome) if outcome else _form(name, visited, enrolment.asked())


@blueprint.get("/account/means/<name>/remove")
def ask_removal(name: str) -> ResponseReturnValue:
    visited = _enter(name)
    if not isinstance(visited, Vouched):
        return visited
    chosen = flask.request.args.get("means", "")
    means = next((m for m in _enrollable(name).means(visited.account.id) if m.id == chosen), None)
    if means is None:
        return flask.redirect("/account", 303)
    return _page("remove", name, visited, means=means)


@blueprint.post("/account/means/<name>/remove")
def remove(name: str) -> ResponseReturnValue:
    visited = _enter(name)
    if not isinstance(visited, Vouched):
        return visited
    if not strengthens(_method(name), visited.account):
        flask.abort(404)  # Without a password the account could be left with no way in at all.
    chosen = flask.request.form.get("means", "")
    method, account = _enrollable(name), visited.account.id
    if chosen in {each.id for each in method.means(account)}:
        method.remove(account, chosen)
        if _method(name).card.outside:
            # Whoever unlinks a stranger's identity wants the stranger out, wherever they are.
            desk().sessions.end_all(account, visited.session.id)
    return flask.redirect("/account", 303)


def _group(
    name: MethodName, method: AuthenticationMethod, visited: Vouched, proved: bool
) -> MeansGroup:
    strong = strengthens(method, visited.account)
    hidden = strong and not proved
    return MeansGroup(
        method=name,
        title=method_title(name),
        rows=[
            MeansRow(
                id=each.id,
                label=masked(each.label) if hidden else each.label,
                since=each.since,
                used=each.used,
            )
            for each in _enrollable(name).means(visited.account.id)
        ],
        secret=not strong,
        outside=method.card.outside,
        masked=hidden,
    )


def _enter(name: str) -> Vouched | flask.Response:
    """The person, with the proof that changing this method's means takes."""
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    return visit(ACCOUNT_STRONG) if strengthens(_method(name), visited.account) else visited


def _method(name: str) -> AuthenticationMethod:
    method = hub().rules.methods.get(MethodName(name))
    if not isinstance(method, Enrollable):
        flask.abort(404)
    return method


def _enrollable(name: str) -> Enrollable:
    method = _method(name)
    if not isinstance(method, Enrollable):  # unreachable: _method answers 404 to all others
        raise LookupError(name)
    return method


def _enrolment(name: str, visited: Vouched) -> Enrolment:
    return Enrolment(
        method=MethodName(name),
        work=_enrollable(name),
        visited=visited,
        task=Task(
            now=hub().clock(),
            account=visited.account,
            service=ACCOUNT,
            return_url=f"/account/means/{name}",
            languages=(language(),),
            session=visited.session.id,
        ),
        browser=browser(),
        desk=desk(),
    )


def _form(name: str, visited: Vouched, ask: Ask | None) -> flask.Response:
    """What was asked; or, when nothing waits any more, the button that begins."""
    owner = hub().owner_of_method(name)
    why = ask.refused if ask else None
    refusal = hub().words.refusal(language(), why, owner) if why else None
    inside = fragment(owner, ask, typed={}, method=name) if ask else None
    refresh = max(1, round(ask.again_in.total_seconds())) if ask and ask.again_in else None
    return _page("enrol", name, visited, inside=inside, refusal=refusal, refresh=refresh)


def _away(name: str, visited: Vouched, step: Redirect) -> flask.Response:
    """A page leads to another site, not the answer to a form: see `form-action`."""
    if local(step.url):
        return _see(step.url)
    sent = {"url": step.url, "fields": step.fields}
    shown = _page("away", name, visited, **sent)
    if step.fields:
        allow_form_to([step.url])
    else:
        shown.headers["Refresh"] = f"0; url={step.url}"
    return shown


def _see(path: str) -> flask.Response:
    return flask.Response(status=303, headers={"Location": path})


def _refused(name: str, visited: Vouched, refused: Refused) -> flask.Response:
    """The enrolment is over; why, and the way back."""
    owner = hub().owner_of_method(name)
    sentence = hub().words.refusal(language(), refused.why, owner)
    return _page("enrol", name, visited, inside=None, refusal=sentence)


def _page(template: str, name: str, visited: Vouched, **values: Any) -> flask.Response:
    return page(
        f"account/{template}.html",
        person=visited.account,
        method=name,
        method_title=method_title(name),
        **values,
    )
