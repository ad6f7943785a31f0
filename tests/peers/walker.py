"""A browser without JavaScript, from the standard library alone: it also runs on a bare machine."""

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    action: str
    fields: tuple[Field, ...] = ()

    def of_kind(self, *kinds: str) -> tuple[Field, ...]:
        return tuple(each for each in self.fields if each.kind in kinds)


@dataclass(frozen=True, slots=True)
class Visit:
    """A page as it was received, after all redirects."""

    address: str
    status: int
    text: str
    forms: tuple[Form, ...] = ()
    links: tuple[str, ...] = field(default=())


class Walker:
    """Keeps cookies, follows redirects, takes every name for loopback.

    *root* is the file of a trusted authority. With *within*, an origin, the walk ends where
    a redirect leads out of it: the visit's address is where it would have gone.
    """

    def __init__(self, root: str | None = None, within: str = "") -> None:
        trusted = ssl.create_default_context(cafile=root)
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
            _Fence(within),
            _Loopback(),
            _TlsLoopback(context=trusted),
        )

    def open(self, address: str, form: list[tuple[str, str]] | None = None) -> Visit:
        body = urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(address, data=body, headers={"Accept": "text/html"})
        try:
            with self._opener.open(request, timeout=30) as response:
                return _read(response)
        except urllib.error.HTTPError as answered:
            with answered:
                return _left(answered) or _read(answered)

    def submit(self, visit: Visit, form: Form, filled: dict[str, str]) -> Visit:
        """Presses the first button. Boxes are ticked only when *filled* names them."""
        sent = [(each.name, filled.get(each.name, each.value)) for each in _sent(form, filled)]
        return self.open(urljoin(visit.address, form.action), sent)


def sign_in(walker: Walker, visit: Visit, login: str, password: str) -> Visit:
    """Password, then every text to accept; where the person is afterwards."""
    for _ in range(8):
        typed = _first(visit, "password")
        boxes = _first(visit, "checkbox")
        if typed:
            shown = typed.of_kind("text", "email")
            filled = dict.fromkeys((each.name for each in shown), login)
            filled[typed.of_kind("password")[0].name] = password
            visit = walker.submit(visit, typed, filled)
        elif boxes:
            ticked = {each.name: each.value for each in boxes.of_kind("checkbox")}
            visit = walker.submit(visit, boxes, ticked)
        else:
            break
    return visit


def _first(visit: Visit, kind: str) -> Form | None:
    return next((form for form in visit.forms if form.of_kind(kind)), None)


def _sent(form: Form, filled: dict[str, str]) -> list[Field]:
    """What a browser would send: no unticked box, one button."""
    buttons = form.of_kind("submit")
    return [
        each
        for each in form.fields
        if each.name
        and (each.kind not in ("checkbox", "radio") or each.name in filled)
        and (each.kind != "submit" or each is buttons[0])
    ]


def _read(response: http.client.HTTPResponse | urllib.error.HTTPError) -> Visit:
    text = response.read().decode("utf-8", "replace")
    found = _Forms()
    found.feed(text)
    return Visit(
        address=response.url or "",
        status=response.status or 0,
        text=text,
        forms=tuple(found.forms),
        links=tuple(found.links),
    )


def _left(answered: urllib.error.HTTPError) -> Visit | None:
    where = answered.headers.get("Location", "")
    return Visit(address=where, status=answered.code, text="") if where else None


class _Fence(urllib.request.HTTPRedirectHandler):
    def __init__(self, within: str) -> None:
        self._within = within

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not newurl.startswith(self._within):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        if tag == "form":
            self.forms.append(Form(action=given.get("action", "")))
            self._inside = True
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in ("input", "button", "textarea", "select") and self._inside:
            self._add(tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"

    def _add(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        default = "on" if kind == "checkbox" else ""
        one = Field(name=given.get("name", ""), kind=kind, value=given.get("value", default))
        self.forms[-1] = replace(self.forms[-1], fields=(*self.forms[-1].fields, one))


class _LoopbackConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.create_connection(("127.0.0.1", self.port), 30)


class _TlsLoopbackConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), 30)
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        self.sock = context.wrap_socket(plain, server_hostname=self.host)


class _Loopback(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_LoopbackConnection, req)


class _TlsLoopback(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_TlsLoopbackConnection, req, context=self._context)  # type: ignore[attr-defined]
