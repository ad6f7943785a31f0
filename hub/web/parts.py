"""What the pages are lent: one value made at start, and the request's own few facts."""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import timedelta
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

import flask
from flask.ctx import AppContext
from flask.globals import app_ctx

from hub.contract.accounts import Accounts
from hub.contract.identifiers import ServiceId
from hub.contract.logout import EndsParticipation, EndsProviderSession
from hub.contract.pages import Pages
from hub.contract.services import Service
from hub.contract.toolbox import OneTimeBox, Seal
from hub.contract.values import Clock, value
from hub.broker.broker import Broker
from hub.broker.farewells import Departures
from hub.broker.outcomes import Browser
from hub.broker.records import Records
from hub.broker.rules import Rules
from hub.broker.trail import support_code
from hub.browser import Cookies, Headers, Visitor
from hub.web.help_pages import HelpCentre
from hub.web.metrics import Metrics
from hub.web.words import HUB, Words

# Asked some hundred times for one page: past the proxy, which takes five calls to answer one.
_context: Final[Callable[[], AppContext]] = cast(Any, app_ctx)._get_current_object


@value
class Help:
    """Whom people may call; shown on every page."""

    telephone: str = ""
    hours: str = ""
    mail: str = ""
    hours_in: Mapping[str, str] = field(default_factory=dict)
    """`hours` by language, where the operator wrote more than French."""

    def spoken(self, language: str) -> "Help":
        """The same for whoever reads *language*."""
        return replace(self, hours=self.hours_in.get(language, self.hours))


@value
class Look:
    """The operator's own name and colours."""

    name: str = "Portail régional de santé"
    stylesheet: Path | None = None
    """Sets the colour tokens again."""
    logo: Path | None = None
    short_name: str = ""
    """Where there is little room; empty: `name`."""
    colours: str = ""
    """A style sheet of the operator's colour tokens; empty: as shipped."""
    intro: Mapping[str, str] = field(default_factory=dict)
    """What the portal is, by language; a language that lacks has our own sentences."""
    public: tuple[ServiceId, ...] = ()
    """The services that the front page names."""


@value
class Parts:
    """Everything the pages use. Made by the composition root; nothing here is global."""

    broker: Broker
    rules: Rules
    records: Records
    accounts: Accounts
    clock: Clock
    seal: Seal
    leaving: OneTimeBox
    """Where `WebLeaving` lays what a service asked when it sends somebody away."""
    returning: OneTimeBox
    """Where `WebReturning` lays what somebody who was sent away brings back."""
    departures: Departures
    cookies: Cookies
    public_address: str
    words: Words
    folders: Mapping[str, Path]
    """Each plugin's package folder: templates, static files, words."""
    owners: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Which plugin contributed what, by hook and name."""
    endings: Mapping[str, EndsParticipation] = field(default_factory=dict)
    """By frontend, those that can close a service's session."""
    provider_endings: Mapping[str, EndsProviderSession] = field(default_factory=dict)
    """By method, the providers that can close their own session."""
    pages: Mapping[str, Pages] = field(default_factory=dict)
    support: Help = Help()
    help_pages: HelpCentre = field(default_factory=HelpCentre)
    legal: HelpCentre = field(default_factory=HelpCentre)
    """Who runs this portal, under what law; linked at the foot of every page."""
    look: Look = Look()
    delivery: Callable[[str], str] = lambda message: ""
    """Where a posted message is now: `waiting`, `handed_over`, `failed`, or empty."""
    silences: Callable[[], Mapping[str, datetime]] = dict
    """The methods whose provider gives no answer, or nothing of whose messages leaves, each since
    when; and `method/kind` where messages of one kind do not."""
    standing: Callable[[], str] = lambda: "ready"
    """The database in one word; `ready` alone means that the hub can work."""
    card_host: Callable[[], str] = lambda: ""
    """Where cards are shown, in one word: `open`, or why not; empty: nowhere."""
    leaving_patience: timedelta = timedelta(seconds=5)
    """So long the page that says goodbye waits for services that a browser tells."""
    metrics: Metrics = field(default_factory=Metrics)
    metrics_open: bool = False
    """Whether `/metrics` answers others than this machine."""

    def owner_of_method(self, name: str) -> str:
        return self.owners.get(("authentication_methods", name), HUB)

    def owner_of_action(self, name: str) -> str:
        return self.owners.get(("required_actions", name), HUB)

    def service(self, name: ServiceId) -> Service:
        return self.rules.services[name]


def hub() -> Parts:
    """The parts of the site whose request is being answered."""
    parts: Parts = _context().app.extensions["hub"]
    return parts


def visitor() -> Visitor:
    """Who sent this request. Asking makes the binding cookie owed, see `hub.web.headers`."""
    kept = _context().g
    known: Visitor | None = kept.get("hub_visitor")
    if known is None:
        sent = flask.request.headers
        known = kept.hub_visitor = hub().cookies.read(
            Headers(
                cookie=sent.get("Cookie", ""),
                peer=flask.request.environ.get("REMOTE_ADDR", ""),
                forwarded=sent.get("X-Forwarded-For", ""),
                agent=sent.get("User-Agent", ""),
            )
        )
    return known


def browser() -> Browser:
    return visitor().browser


def language() -> str:
    """Chosen by the person, else wished by the service, else by the browser."""
    kept = _context().g
    known: str | None = kept.get("hub_language")
    if known is None:
        chosen = visitor().language
        wished = [tag for tag, _ in flask.request.accept_languages]
        asked = kept.get("hub_ui_locales", ())
        known = kept.hub_language = hub().words.chosen([chosen] if chosen else [], asked, wished)
    return known


def support() -> str:
    """The code under which this moment is found again: the login's, else one for this request."""
    kept = _context().g
    known: str | None = kept.get("hub_support")
    if known is None:
        known = kept.hub_support = support_code()
    return known
