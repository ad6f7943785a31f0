"""Leaving the providers too: one hop each, last of all, on the person's own click."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import flask

from hub.contract.accounts import UpstreamIdentity
from hub.contract.identifiers import MethodName
from hub.contract.logout import EndsProviderSession
from hub.broker.contained import unless_broken
from hub.broker.farewells import Farewell, ProviderHop
from hub.broker.records import BrowserSession
from hub.web.drawing import words_or
from hub.web.parts import browser, hub

RETURNED: Final = "/logout/returned"
"""One address for all: a provider registers it, and gives no `state` back with it."""
PAUSE: Final = 1
"""Seconds in which the person may read that they are signed out here."""

blueprint = flask.Blueprint("hub_leaving_providers", __name__)


@blueprint.get(RETURNED)
def returned() -> flask.Response:
    """Back from a provider. Anybody may load this: only the browser that left is told anything."""
    farewell = hub().departures.returned(browser().key)
    where = f"/logout/{farewell.id}" if farewell else "/logout/done"
    return flask.Response(status=303, headers={"Location": where})


def hops_of(session: BrowserSession) -> tuple[ProviderHop, ...]:
    """Asked before the session ends: what a provider wants to hear ends with it."""
    return tuple(_hops(session))


def providers_of(farewell: Farewell) -> Sequence[dict[str, Any]]:
    """How each took it; the one that has not answered may be tried again by hand."""
    return [
        {
            "title": _title(hop.method),
            "word": _word(farewell, number),
            "url": hop.url if farewell.back <= number < farewell.sent else None,
        }
        for number, hop in enumerate(farewell.hops)
    ]


def onward(shown: flask.Response, url: str) -> flask.Response:
    """The page goes on by itself; what follows is no answer to a form, so no `form-action`."""
    shown.headers["Refresh"] = f"{PAUSE}; url={url}"
    return shown


def _hops(session: BrowserSession) -> Iterator[ProviderHop]:
    for event in session.events:
        ending = hub().provider_endings.get(event.method)
        if ending and event.upstream:
            url = unless_broken(event.method, partial(_url, ending, event.upstream), "")
            if urlsplit(url).scheme in {"https", "http"}:
                yield ProviderHop(method=event.method, url=url)


def _url(ending: EndsProviderSession, identity: UpstreamIdentity) -> str:
    hop = ending.end_session(identity, f"{hub().public_address}{RETURNED}")
    return hop.url if hop else ""


def _word(farewell: Farewell, number: int) -> str:
    if number < farewell.back:
        return "ended"
    return "unanswered" if number < farewell.sent else "waiting"


def _title(name: MethodName) -> str:
    method = hub().rules.methods.get(name)
    return words_or(
        f"{name}.name", hub().owner_of_method(name), method.card.title if method else name
    )
