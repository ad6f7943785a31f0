"""One sign-in by password over HTTP, as a browser without JavaScript does it."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.provider import Provider
from benchmarks.wire import Connection, Response, WrongAnswer

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<input\b([^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_REDIRECTS = (302, 303)


class SignIn:
    """Bound to one connection; each run is a browser that has never been here."""

    def __init__(self, provider: Provider, connection: Connection, whom: Callable[[], str]) -> None:
        self._provider = provider
        self._connection = connection
        self._whom = whom
        self._cookies: dict[str, str] = {}
        self._path = ""

    def run(self) -> str:
        """From the service's request to the code in its hands; the browser's cookies."""
        self._cookies.clear()
        # As another person's browser: whichever process takes it.
        self._connection.close()
        state = secrets.token_urlsafe(16)
        page = self._follow(self._get(f"{self._provider.endpoints.authorize}?{self._query(state)}"))
        path, form = _password_form(
            page.expect(200).body.decode(), self._whom(), self._provider.password
        )
        answer = self._follow(self._post(path or self._path, urlencode(form)))
        location = answer.expect(*_REDIRECTS).header("location")
        told = parse_qs(urlsplit(location).query)
        if told.get("state") != [state] or "code" not in told:
            raise WrongAnswer(f"no code for this sign-in in {urlsplit(location).path}")
        return "; ".join(f"{name}={text}" for name, text in self._cookies.items())

    def _query(self, state: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).rstrip(b"=")
        return urlencode(
            {
                "client_id": self._provider.client_id,
                "redirect_uri": self._provider.redirect_uri,
                "response_type": "code",
                "scope": "openid email profile",
                "state": state,
                "nonce": state,
                "code_challenge": challenge.decode(),
                "code_challenge_method": "S256",
            }
        )

    def _follow(self, response: Response) -> Response:
        """Until a page, or until the way leads to the service."""
        while response.status in _REDIRECTS:
            there = urlsplit(response.header("location"))
            if there.netloc and there.netloc != self._provider.host:
                return response
            response = self._get(f"{there.path}?{there.query}" if there.query else there.path)
        return response

    def _get(self, path: str) -> Response:
        self._path = path
        return self._kept(self._connection.get(path, self._headers()))

    def _post(self, path: str, form: str) -> Response:
        origin = {"Origin": f"http://{self._provider.host}"}
        return self._kept(self._connection.post(path, form, {**self._headers(), **origin}))

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={text}" for name, text in self._cookies.items())
        return {"Cookie": cookies} if cookies else {}

    def _kept(self, response: Response) -> Response:
        for name, text in response.headers:
            if name == "set-cookie":
                key, _, kept = text.partition(";")[0].partition("=")
                self._cookies[key] = kept
        return response


def _password_form(page: str, login: str, password: str) -> tuple[str, list[tuple[str, str]]]:
    for attributes, inside in _FORM.findall(page):
        inputs = [dict(_ATTRIBUTE.findall(each)) for each in _INPUT.findall(inside)]
        if any(each.get("type") == "password" for each in inputs):
            typed = {"password": password, "text": login, "email": login}
            filled = [(each, typed.get(each.get("type", "text"))) for each in inputs]
            action = unescape(dict(_ATTRIBUTE.findall(attributes)).get("action", ""))
            sent = [(each, text) for each, text in filled if _sent(each)]
            return action, [(each["name"], _text(each, text)) for each, text in sent]
    raise WrongAnswer("a page without a password")


def _sent(one: dict[str, str]) -> bool:
    """No box is ticked and no button pressed."""
    return "name" in one and one.get("type") not in ("checkbox", "radio", "submit", "button")


def _text(one: dict[str, str], typed: str | None) -> str:
    return unescape(one.get("value", "")) if typed is None else typed
