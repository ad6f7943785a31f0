"""Draws one moment of a sign-in: what the broker decided becomes one page."""

import re
from collections.abc import Iterator
from typing import Any, Final, assert_never

import flask
from markupsafe import Markup

from hub.contract.accounts import Account
from hub.contract.assurance import Shortfall
from hub.contract.identifiers import ActionName, MethodName
from hub.contract.methods import MethodCard
from hub.contract.services import DeclaredPeer, Service
from hub.contract.steps import IDENTIFIER, Ask, Redirect, Refusal, Refused
from hub.contract.values import Json
from hub.broker.assurance import ActionDue, MoreNeeded, OutOfReach, Satisfied
from hub.broker.goals import goals
from hub.broker.records import OtherPerson, PendingLogin
from hub.broker.scene import Scene
from hub.web.barred import barred_page
from hub.web.beside import beside
from hub.web.buttons import button, buttons, enough_told
from hub.web.drawing import fragment, page, words, words_or
from hub.web.headers import allow_form_to
from hub.web.parts import browser, hub, language
from hub.web.places import place_of, plugin_of, title_key
from hub.web.visits import now_seen
from hub.web.watching import seconds_of, waits, ways_of
from hub.web.words import Sentence

_SUBJECT: Final = re.compile(r"[0-9a-f]{64}")
_ADDRESS: Final = re.compile(r"https?://|[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:/")


def draw(scene: Scene) -> flask.Response:
    flask.g.hub_support = scene.login.support
    flask.g.hub_ui_locales = scene.login.request.languages
    service = hub().service(scene.login.request.service)
    allow_form_to(addresses(service))
    turn = scene.login.turn
    choosing = "choose" in flask.request.args
    if turn and isinstance(turn.step, OtherPerson) and not choosing:
        return _other(scene, turn.step)
    match scene.decision:
        case Satisfied():
            return flask.Response(status=303, headers={"Location": completion(scene.login)})
        case OutOfReach(why=why):
            return _barred(scene, why)
        case ActionDue(action=action):
            return _action(scene, action)
        case MoreNeeded() as needed:
            return _methods(scene, needed, choosing)
        case _:
            assert_never(scene.decision)


def _other(scene: Scene, step: OtherPerson) -> flask.Response:
    return _page(
        scene,
        "signin/other.html",
        found=step.found,
        expected=_readable(step.expected) or words("other.somebody"),
        may_stay=not scene.login.request.asked.only_expected,
    )


def completion(login: PendingLogin) -> str:
    """Where the login ends: on our side for our own pages, else with the service's protocol."""
    peer = hub().service(login.request.service).peer
    return f"/broker/complete/{login.id}" if peer else f"/login/{login.id}/complete"


def refresh_of(ask: Ask | None) -> str | None:
    """In how many seconds the page loads again; never where people type meanwhile."""
    if ask is None or ask.watched or not waits(ask):
        return None
    return str(seconds_of(ask))


def title_of(service: Service) -> str:
    if service.tile:
        return service.tile.title
    if place := place_of(service.id):
        return words_or(title_key(place), plugin_of(place), place)
    return words_or(f"service.{service.id}", "hub", service.id)


def addresses(service: Service) -> Iterator[str]:
    """Every address the service declared: a form of its login may end at one of them."""
    if service.launch:
        yield service.launch.address
    if isinstance(service.peer, DeclaredPeer):
        yield from _web(list(service.peer.table.values()))


def _web(things: Json) -> Iterator[str]:
    match things:
        case str() if _ADDRESS.match(things):
            yield things
        case list():
            for each in things:
                yield from _web(each)
        case dict():
            yield from _web(list(things.values()))


def _methods(scene: Scene, needed: MoreNeeded, choosing: bool) -> flask.Response:
    turn, choices = scene.login.turn, needed.choices
    step = turn.step if turn and scene.offers(MethodName(turn.at)) else None
    card = next((each for each in choices if turn and each.name == turn.at), None)
    if card and isinstance(step, Redirect) and "away" in flask.request.args:
        return _away(scene, card, step)
    if card and isinstance(step, Ask) and not card.immediate and not choosing:
        return _one_method(scene, card, step)
    refused = step.why if isinstance(step, Refused) else None
    waiting = card if isinstance(step, Ask | Redirect) and card and not card.immediate else None
    form = _immediate(scene, choices, step if isinstance(step, Ask) else None)
    others = [each for each in choices if not form or each.name != form["name"]]
    return _page(
        scene,
        "signin/choices.html",
        alert=_sentence(refused, card.name if card else "") or (form or {}).get("alert"),
        form=form,
        refresh=refresh_of(step if isinstance(step, Ask) and card and card.immediate else None),
        others=buttons(others),
        enough=enough_told(needed),
        one_of_two=form is not None and form["name"] not in needed.alone,
        beside=list(beside(scene, others)),
        waiting=button(waiting) if waiting else None,
        away=isinstance(step, Redirect),
        stay=_stranger(scene),
    )


def _one_method(scene: Scene, card: MethodCard, ask: Ask) -> flask.Response:
    owner = hub().owner_of_method(card.name)
    return _page(
        scene,
        "signin/method.html",
        card=button(card),
        title=words_or(f"{card.name}.title", owner, card.title),
        alert=_sentence(ask.refused, card.name),
        inside=_form(scene, card, ask),
        refresh=refresh_of(ask),
    )


def _form(scene: Scene, card: MethodCard, ask: Ask) -> Markup:
    owner = hub().owner_of_method(card.name)
    watch = f"/login/{scene.login.id}/{card.name}/watched" if ask.watched else ""
    around = {"typed": _typed(scene), "watch": watch, "ways": ways_of(scene)}
    return fragment(owner, ask, method=card.name, **around)


def _away(scene: Scene, card: MethodCard, step: Redirect) -> flask.Response:
    if step.fields:
        service = hub().service(scene.login.request.service)
        allow_form_to([*addresses(service), step.url])
        sent = {"url": step.url, "fields": step.fields}
        return _page(scene, "signin/away_form.html", card=button(card), **sent)
    # A page that goes on by itself: what follows is no answer to a form, so no `form-action`.
    shown = _page(scene, "signin/away.html", card=button(card), url=step.url)
    shown.headers["Refresh"] = f"0; url={step.url}"
    return shown


def _immediate(
    scene: Scene, choices: tuple[MethodCard, ...], asked: Ask | None
) -> dict[str, Any] | None:
    """The one form drawn at once: the one in use, else the first there is that answers."""
    turn = scene.login.turn
    cards = [card for card in choices if card.immediate]
    silent = hub().silences()
    cards.sort(key=lambda card: (not (turn and turn.at == card.name), card.name in silent))
    for card in cards:
        mine = asked if turn and turn.at == card.name else None
        ask = mine or hub().broker.form(scene, card.name)
        if ask:
            owner = hub().owner_of_method(card.name)
            return {
                "name": card.name,
                "title": words_or(f"{card.name}.title", owner, card.title),
                "alert": _sentence(ask.refused, card.name),
                "silence": button(card).silence,
                "inside": _form(scene, card, ask),
            }
    return None


def _action(scene: Scene, action: ActionName) -> flask.Response:
    owner = hub().owner_of_action(action)
    turn = scene.login.turn
    step = turn.step if turn and turn.at == f"do/{action}" else None
    ask = step if isinstance(step, Ask) else None
    inside = fragment(owner, ask, action=action, typed=_typed(scene)) if ask else None
    return _page(
        scene,
        "signin/action.html",
        action=action,
        title=words_or(f"{action}.title", owner, words("action.title")),
        cancel=words_or(f"{action}.cancel", owner, "") or _cancel(scene),
        alert=_sentence(ask.refused, "", owner) if ask else None,
        inside=inside,
        refresh=refresh_of(ask),
    )


def _barred(scene: Scene, why: Shortfall) -> flask.Response:
    account = scene.seen.account if scene.seen else None
    service = hub().service(scene.login.request.service)
    return barred_page(
        why,
        account,
        title=title_of(service),
        back=completion(scene.login) if service.peer else "",
        leave=f"/login/{scene.login.id}/change" if account else "",
    )


def _page(scene: Scene, template: str, **values: Any) -> flask.Response:
    if scene.seen:
        now_seen(scene.seen)
    service = hub().service(scene.login.request.service)
    shown = {
        "login": scene.login.id,
        "service_title": title_of(service),
        "service_icon": service.tile.icon if service.tile else "house",
        "service_logo": service.tile.logo if service.tile else "",
        "service_policy": service.tile.policy if service.tile else "",
        "service_terms": service.tile.terms if service.tile else "",
        "level": _level(scene, service),
        "person": scene.seen.account if scene.seen else None,
        "show_support": True,
        "stale": "stale" in flask.request.args,
        "unkept": "unkept" in flask.request.args,
        "alert": None,
        "cancel": _cancel(scene),
    }
    return page(template, **{**shown, **values})


def _cancel(scene: Scene) -> str:
    """Only a service can be told that its person turned back; our own pages have links."""
    service = hub().service(scene.login.request.service)
    return words("signin.cancel", service=title_of(service)) if service.peer else ""


def _level(scene: Scene, service: Service) -> str:
    """What is asked, in words; the first goal is the one most wanted."""
    policy = hub().rules.policy
    wanted = next(iter(goals(scene.login.request.asked, service, policy)), None)
    name = wanted.level.name if wanted else service.access.minimum
    owner = hub().owners.get(("assurance_policies", policy.name), "hub")
    return words_or(f"level.{name}", owner, name)


def _sentence(refusal: Refusal | None, method: str, owner: str = "") -> Sentence | None:
    if refusal is None:
        return None
    return hub().words.refusal(language(), refusal, owner or hub().owner_of_method(method))


def _typed(scene: Scene) -> dict[str, str]:
    """Who they said they are, or whom the service expects; never a secret, never a pairwise id."""
    return {IDENTIFIER: _readable(scene.login.request.expected or ""), **scene.login.typed}


def _readable(expected: str) -> str:
    return "" if _SUBJECT.fullmatch(expected) else expected


def _stranger(scene: Scene) -> Account | None:
    """Somebody signed in whom this service does not expect: they may go on as themselves."""
    request = scene.login.request
    if scene.seen or not request.expected or request.asked.only_expected:
        return None
    session = hub().records.session(browser().session)
    return hub().accounts.by_id(session.account) if session else None
