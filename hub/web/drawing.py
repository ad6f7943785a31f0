"""How pages are drawn: templates, icons, words and addresses under the names templates use."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import flask
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from hub.contract.accounts import Account, Situation
from hub.contract.pages import SignedIn
from hub.contract.steps import Ask
from hub.broker.scene import Seen
from hub.web.beforehand import Known, Spoken
from hub.web.guards import mark, token
from hub.web.headers import allow_script_to
from hub.web.parts import Parts, browser, hub, language, support
from hub.web.places import plugin_of, title_key
from hub.web.static import StaticFiles
from hub.web.words import HUB

HERE: Final = Path(__file__).parent
_SYMBOL: Final = re.compile(r'<symbol id="([\w-]+)" viewBox="0 0 24 24">(.*?)</symbol>')

Text = Callable[..., str]


def prepare(app: flask.Flask, parts: Parts) -> None:
    """Give *app* the templates of the hub and of each plugin, and what they may call."""
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    rooms = {name: FileSystemLoader(at / "templates") for name, at in parts.folders.items()}
    app.jinja_loader = ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader(rooms)])
    statics = StaticFiles(_static_folders(parts))
    if parts.look.colours:
        statics.add("theme-colours", "colours.css", parts.look.colours.encode())
    app.extensions["hub_static"] = statics
    shapes = dict(_SYMBOL.findall((HERE / "static" / "icons.svg").read_text()))
    same = {"icon": _icons(shapes), "drawn": _sprite(shapes), "static": statics.address}
    app.jinja_env.globals.update(
        **same,
        leaving=_leaving,
        icons=frozenset(shapes),
        refusal_id=_refusal_id,
        csrf=_csrf,
        account_pages=_account_pages,
        acting=_acting,
        notices=lambda: None,
        lock=lambda: None,
        may_diagnose=False,
        may_change_place=_may_change_place,
        t=_text_whenever,
        called=called,
        look=parts.look,
        legal=lambda: parts.legal.all(language()),
        help_for=lambda name: parts.help_pages.find(language(), name),
        delivery=delivery,
        person=None,
        show_support=False,
        refresh=None,
    )
    app.jinja_env.filters.update(day=_day, hour=_hour)
    if isinstance(app.jinja_env, Spoken):
        app.jinja_env.speak(
            Known(
                words=parts.words,
                look=parts.look,
                owners=frozenset(rooms),
                ours=HERE / "templates",
                drawn=same,
            )
        )
    app.context_processor(_moment)


def page(template: str, *, status: int = 200, **values: Any) -> flask.Response:
    """A whole page as the answer. *person* among the values puts their menu in the header."""
    return flask.Response(flask.render_template(template, **values), status)


def fragment(owner: str, ask: Ask, **values: Any) -> Markup:
    """The inside of a form, as the plugin draws it, with its own words first."""
    template = ask.template if ask.template.startswith("hub/") else f"{owner}/{ask.template}"
    names = {"watch": "", **ask.values, **values, "t": _text_now(owner)}
    names["refused"] = ask.refused.code if ask.refused else None
    flask.g.hub_refusal_untold = ask.refused is not None
    allow_script_to(ask.workstation)
    return Markup(flask.render_template(template, **names))  # noqa: S704 escaped by Jinja


def delivery(message: str) -> str:
    """Where *message* is, asked once for a page: what leaves while it is drawn would else be called
    waiting by a page that has stopped waiting."""
    told: dict[str, str] = flask.g.setdefault("hub_deliveries", {})
    if message not in told:
        told[message] = hub().delivery(message)
    return told[message]


def words(key: str, owner: str = HUB, /, **values: object) -> str:
    """The text of *key* in the language of this request."""
    return hub().words.text(language(), key, owner, **values)


def words_or(key: str, owner: str, otherwise: str) -> str:
    return hub().words.either(language(), key, owner, otherwise)


def called(method: str, title: str) -> str:
    """*method* in the reader's language; *title* where no catalogue names it."""
    return words_or(f"{method}.name", hub().owner_of_method(method), title)


def _static_folders(parts: Parts) -> Mapping[str, Path]:
    own = {HUB: HERE / "static"}
    if parts.look.stylesheet:
        own["theme-style"] = parts.look.stylesheet
    if parts.look.logo:
        own["theme-logo"] = parts.look.logo
    return {**{name: at / "static" for name, at in parts.folders.items()}, **own}


def _icons(shapes: Mapping[str, str]) -> Callable[..., Markup]:
    def icon(name: str, size: int = 24) -> Markup:
        """Inlined: a picture beside words, never instead of them. Unknown names draw nothing."""
        shape = shapes.get(name, "")
        return Markup(  # noqa: S704 our own file
            f'<svg class="icon" width="{size:d}" height="{size:d}" viewBox="0 0 24 24" fill="none"'
            ' stroke="currentColor" stroke-width="2" stroke-linecap="round"'
            f' stroke-linejoin="round" aria-hidden="true" focusable="false">{shape}</svg>'
        )

    return icon


def _sprite(shapes: Mapping[str, str]) -> Callable[..., Markup]:
    def drawn(*names: str) -> Markup:
        """Icons that one page shows many times, to be named by `<use href="#icon-…">`."""
        symbols = "".join(
            f'<symbol id="icon-{name}" viewBox="0 0 24 24">{shapes[name]}</symbol>'
            for name in names
        )
        return Markup(  # noqa: S704 our own file
            f'<svg class="sprite" width="0" height="0" aria-hidden="true">{symbols}</svg>'
        )

    return drawn


def _refusal_id() -> str:
    """For the first field of a form refused: what the alert says is its description too."""
    return "refusal" if flask.g.pop("hub_refusal_untold", False) else ""


def _csrf(person: Account | None = None) -> Markup:
    """*person*: for whom a form of a sign-in is drawn; pages behind `visit` know by themselves."""
    here: SignedIn | None = flask.g.get("hub_visit")
    account = here.account if here else person
    whose = account.id if account else ""
    drawn: dict[str, Markup] = flask.g.setdefault("hub_csrf", {})
    if whose not in drawn:
        field = Markup('<input type="hidden" name="csrf" value="{}">')
        drawn[whose] = field.format(token(mark(whose, at_many=_at_many()) if whose else ""))
    return drawn[whose]


def _at_many() -> bool:
    seen: Seen | None = flask.g.get("hub_seen")
    return browser().shared or bool(seen and seen.session.shared)


def _account_pages() -> list[tuple[str, str]]:
    """Pages of plugins that belong to « Gérer mon compte », each with its title."""
    here: SignedIn | None = flask.g.get("hub_visit")
    rights = here.account.rights if here else ()
    held = {right.name.rpartition(".")[2] for right in rights} | {""}
    every = hub().pages.items()
    listed = [place for place, each in every if each.listed and each.listed_for in held]
    titles = [(place, words_or(title_key(place), plugin_of(place), place)) for place in listed]
    return [(f"/apps/{place}/", title) for place, title in titles]


def _acting() -> Situation | None:
    """The place that whoever reads this page acts for."""
    here: SignedIn | None = flask.g.get("hub_visit")
    return here.situation if here else None


def _may_change_place() -> bool:
    here: SignedIn | None = flask.g.get("hub_visit")
    return here is not None and len(here.places) > 1 and bool(hub().rules.settling)


def _leaving(method: str) -> Markup:
    """The plugin's own `away.html` for whoever is sent away by *method*; empty: it has none."""
    owner = hub().owner_of_method(method)
    folder = hub().folders.get(owner)
    own = folder is not None and (folder / "templates" / "away.html").is_file()
    return fragment(owner, Ask(template="away.html")) if own else Markup("")


def _text_whenever(key: str, /, **values: object) -> str:
    """For macros, which are read once and drawn in many languages."""
    return words(key, HUB, **values)


def _text_now(owner: str) -> Text:
    """For one page: whose request it is is asked once, not for each of its words."""
    book, spoken = hub().words, language()

    def text(key: str, /, **values: object) -> str:
        return book.text(spoken, key, owner, **values)

    return text


def _moment() -> dict[str, Any]:
    """The same for a form and for the page around it."""
    if "hub_moment" not in flask.g:
        flask.g.hub_moment = _moment_now()
    moment: dict[str, Any] = flask.g.hub_moment
    return moment


def _moment_now() -> dict[str, Any]:
    spoken = hub().words.languages
    here = flask.request.full_path if flask.request.query_string else flask.request.path
    return {
        "language": language(),
        "other_languages": [each for each in spoken if each != language()],
        "support_code": support(),
        "help": hub().support.spoken(language()),
        "here": here if flask.request.method == "GET" else "/",
        "t": _text_now(_owner()),
    }


def _owner() -> str:
    """Whose page this is: a plugin's own pages are drawn with its own words first."""
    outer = flask.request.blueprints[-1:] or [""]
    place = outer[0].removeprefix("apps_")
    return plugin_of(place) if place != outer[0] else HUB


@pass_context
def _day(context: Context, moment: datetime) -> str:
    return hub().words.day(context["language"], moment)


@pass_context
def _hour(context: Context, moment: datetime) -> str:
    return hub().words.hour(context["language"], moment)
