"""« Demander un compte » : for everybody, with or without a proof of who they are."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.identifiers import MethodName
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.broker.refusals import too_many_tries
from hub.broker.throttle import Try
from hub.people.proofs import ProvedIdentity
from hub.people.requests import LONGEST, NUMBERED, AccountRequest, Typed, problems
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.links import proof_here
from hub.web.parts import browser, hub, language
from hub.web.portal import plain
from hub.web.words import HUB

METHOD: Final = MethodName("request")
"""Under this name `[throttle.methods]` says how many requests a network may make."""
FIELDS: Final = ("given_name", "family_name", "mail", "profession", "structure", "number")
_LONGEST_MAIL: Final = 255
_SHOWN: Final = 500
"""Structures suggested while people type; the others are known by their name all the same."""
_NEAR: Final = 8
blueprint = flask.Blueprint("hub_requests", __name__)


@value
class Form:
    """What stands in the fields, and which of them a provider has filled for good."""

    typed: Typed
    locked: frozenset[str] = frozenset()
    proved: ProvedIdentity | None = None
    ticket: str = ""
    meant: str | None = None
    """Which of the structures proposed; empty: none of them. `None`: none was proposed yet."""


@blueprint.get("/request")
def ask() -> ResponseReturnValue:
    return _page(_form(flask.request.args.get("proof", ""), {}))


@blueprint.post("/request")
def send() -> ResponseReturnValue:
    """The same page whoever asks: nothing here looks anybody up."""
    form = _form(flask.request.form.get("proof", ""), flask.request.form)
    # What a provider said is not the person's to correct.
    wrong = frozenset(problems(form.typed)) - form.locked
    if wrong:
        return _page(form, wrong=wrong, status=422)
    if near := _near(form):
        return _page(form, near=near)
    if wait := desk().throttle.spend(_try()):
        return _page(form, refused=too_many_tries(wait), status=429)
    if form.ticket and desk().guests.proofs.take(form.ticket) is None:
        # Used up by another request at the same moment: what it proved is not proved twice.
        return _page(_form("", flask.request.form), refused=_OVER, status=410)
    request, ticket = _request(form), secrets.token_urlsafe(32)
    desk().guests.requests.add(request, ticket)
    desk().guests.letters.confirm(request, ticket)
    return page("requests/sent.html", mail=form.typed.mail)


@blueprint.get("/request/confirm")
def ask_confirmation() -> ResponseReturnValue:
    """Nothing is used and nothing looked up: mail scanners open every link."""
    return page("requests/confirm.html", ticket=flask.request.args.get("ticket", "")[:100])


@blueprint.post("/request/confirm")
def confirm() -> ResponseReturnValue:
    ticket = flask.request.form.get("ticket", "")[:100]
    request = desk().guests.requests.confirm(ticket, hub().clock()) if ticket else None
    if request is None:
        return page("requests/dead.html", status=410)
    referents = desk().guests.referents(request.structure)
    desk().guests.letters.confirmed(request, referents)
    desk().guests.toolbox.note("request.confirmed", None, request=request.id)
    return page("requests/confirmed.html", referents=bool(referents))


_OVER: Final = Refusal(code="link.over", counts=False)


def _form(ticket: str, typed: Mapping[str, str]) -> Form:
    kept = proof_here(ticket)
    proved = kept.proved if kept else None
    said = _said(proved) if proved else {}
    given = {name: " ".join(typed.get(name, "").split())[:_LONGEST_MAIL] for name in FIELDS}
    # What a provider vouched for is read from the proof, whatever the form says.
    locked = frozenset(name for name in ("given_name", "family_name", "number") if said.get(name))
    filled = {
        name: said[name] if name in locked or (not typed and said.get(name)) else given[name]
        for name in FIELDS
    }
    return Form(
        typed=Typed(**filled, language=language()),
        locked=locked,
        proved=proved,
        ticket=ticket if proved else "",
        meant=typed.get("meant"),
    )


def _said(proved: ProvedIdentity) -> dict[str, str]:
    attributes = proved.attributes
    place = next(iter(proved.situations), None)
    number = next((each for each in proved.identifiers if each.system in NUMBERED), None)
    said = {
        "given_name": " ".join(attributes.get("given_name", ())),
        "family_name": " ".join(attributes.get("family_name", ())),
        "mail": next(iter(attributes.get("email", ())), ""),
        "profession": (place and (place.profession or place.role)) or "",
        "structure": (place and (place.name or place.structure)) or "",
        "number": number.number if number else "",
    }
    return {name: text[:LONGEST] for name, text in said.items()}


def _request(form: Form) -> AccountRequest:
    return AccountRequest(
        id=secrets.token_hex(12),
        made_at=hub().clock(),
        structure=_structure(form),
        typed=form.typed,
        proved=form.proved,
    )


def _structure(form: Form) -> str | None:
    """The one of the region that is meant, by its own name or as the provider calls it."""
    known = {plain(each): each for each in desk().guests.structures()}
    called = {
        plain(each.name): each.structure
        for each in (form.proved.situations if form.proved else ())
        if each.name and plain(each.structure) in known
    }
    return {**called, **known, **_meant(form)}.get(plain(form.typed.structure))


def _meant(form: Form) -> Mapping[str, str]:
    """What the person chose of what was proposed for these words."""
    chosen = form.meant in desk().guests.structures()
    return {plain(form.typed.structure): form.meant} if form.meant and chosen else {}


def _near(form: Form) -> Sequence[str]:
    """Structures that hold every word typed, to choose from once, when none is called so."""
    if form.meant is not None or _structure(form):
        return ()
    words = plain(form.typed.structure).split()
    known = ((each, plain(each)) for each in desk().guests.structures())
    return [each for each, name in known if all(word in name for word in words)][:_NEAR]


def _try() -> Try:
    """Counted by network: a machine that asks for thousands is not in thousands of networks."""
    here = browser()
    return Try(method=METHOD, step="begin", who=here.source, source=here.source)


def _page(
    form: Form,
    *,
    wrong: frozenset[str] = frozenset(),
    refused: Refusal | None = None,
    near: Sequence[str] = (),
    status: int = 200,
) -> flask.Response:
    shown: Mapping[str, Any] = {
        "typed": form.typed,
        "locked": form.locked,
        "proved": form.proved,
        "proof": form.ticket,
        "wrong": wrong,
        "near": near,
        "structures": _suggested(),
        "refusal": hub().words.refusal(language(), refused, HUB) if refused else None,
    }
    return page("requests/ask.html", status=status, **shown)


def _suggested() -> Sequence[str]:
    return desk().guests.structures()[:_SHOWN]
