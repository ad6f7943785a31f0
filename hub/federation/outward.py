"""Reads what a backend answers to `start_auth`: where the browser goes, and with what."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from satosa.response import Response

from hub.contract.errors import HubError
from hub.contract.values import value
from hub.federation.wire import body_of

STATES: Final = ("state", "RelayState")
"""Under these a provider gives back what it was sent: OpenID Connect, SAML."""
_SHORTEST: Final = 16


class NoWayOut(HubError):
    """The backend answered with something that leads to no provider, or could not be found again.

    The words name what is missing; nothing of the answer is in them.
    """


@value
class Outward:
    """Go to *url*; with *fields*, by posting them there."""

    url: str
    state: str = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


def outward(response: Response) -> Outward:
    address = dict(response.headers).get("Location")
    form = None if address else _form(body_of(response).decode(errors="replace"))
    url, fields = (address, {}) if address else (form.action, form.fields) if form else ("", {})
    if urlsplit(url).scheme not in {"https", "http"}:
        raise NoWayOut("neither a redirect nor a form of hidden fields")
    return Outward(url=url, fields=fields, state=_state(fields or _query(url)))


def _state(sent: Mapping[str, str]) -> str:
    state = next((sent[name] for name in STATES if sent.get(name)), "")
    # Who guesses it may answer in another's place: RFC 6749 10.10 asks for 128 bits or so.
    if len(state) < _SHORTEST:
        raise NoWayOut("no state or RelayState, or a guessable one")
    return state


def _query(url: str) -> Mapping[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _form(page: str) -> "_Form | None":
    form = _Form()
    form.feed(page)
    form.close()
    return form if form.action and form.fields else None


class _Form(HTMLParser):
    """The first form of a page. Its scripts and its words are dropped: the hub has its own."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        told = {name: text or "" for name, text in attrs}
        if tag == "form" and not self.action:
            self.action = told.get("action", "")
        if tag == "input" and told.get("type", "").lower() == "hidden" and told.get("name"):
            self.fields[told["name"]] = told.get("value", "")
