"""What no answer may be, whatever was asked."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from hub.contract.values import value
from tests.flows.wsgi import Application
from tests.fuzzing.sent import Sent
from tests.fuzzing.vocabulary import MARK

SITE: Final = "https://party.test"


@value
class Got:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> str:
        return next((text for each, text in self.headers if each.lower() == name), "")


def ask(app: Application, sent: Sent) -> Got:
    """As a server would hand it over; no client library tidies the request up."""
    started: list[Any] = []

    def start(status: str, headers: Iterable[tuple[str, str]], _: Any = None) -> None:
        started[:] = [status, tuple(headers)]

    body = b"".join(app(_environ(sent), start))
    status, headers = started
    return Got(status=int(status[:3]), headers=headers, body=body.decode(errors="replace"))


def complaints(sent: Sent, got: Got, registered: Collection[str]) -> Iterator[str]:
    if not 200 <= got.status <= 499:
        yield f"status {got.status}"
    if any(sign in text for _, text in got.headers for sign in "\r\n\0"):
        yield "a header of two lines"
    location = got.header("location")
    if location and not _goes_home(location) and not _goes_back(location, registered):
        yield f"leads to {location[:200]}"
    if MARK in location and not _may_echo(location):
        yield f"reflects in {location[:300]}"
    if any(MARK in text for name, text in got.headers if name.lower() != "location"):
        yield f"reflects in a header: {got.headers}"
    if MARK in got.body and got.status != 201 and not _is_answering_form(got):
        yield f"reflects in the body: {got.body[:300]}"
    if got.header("content-type").startswith("application/json") and got.body:
        json.loads(got.body)
    yield from _careless(got)


def _careless(got: Got) -> Iterator[str]:
    """What RFC 9700 wants of every answer, served or refused."""
    if got.status in (301, 302, 307, 308):
        yield "a redirect that may send a form again"
    if got.header("access-control-allow-origin") not in ("", "*", SITE):
        yield "scripts of a strange site may read it"
    if got.header("access-control-allow-credentials"):
        yield "scripts may come with cookies"
    if got.header("referrer-policy") not in ("no-referrer", "same-origin"):
        yield "the address may be told to the next site"
    if got.header("x-content-type-options") != "nosniff":
        yield "a browser may guess what it is"
    page = got.header("content-type").startswith("text/html") and got.body
    if page and "frame-ancestors 'none'" not in got.header("content-security-policy"):
        yield "a page that may be framed"


def _goes_home(location: str) -> bool:
    return location.startswith("/") and not location.startswith(("//", "/\\"))


def _goes_back(location: str, registered: Collection[str]) -> bool:
    return any(location == each or location.startswith(f"{each}?") for each in registered)


def _may_echo(location: str) -> bool:
    """The service's own state; and a form sent across sites, which comes back by GET."""
    parts = urlsplit(location)
    echoed = {name for name, text in parse_qsl(parts.query) if MARK in text}
    return parts.path == "/oidc/authorize" or echoed <= {"state"}


def _is_answering_form(got: Got) -> bool:
    """Answers by POST carry the service's state, escaped."""
    raw = (f"<script>{MARK}", f'"><img src=x onerror={MARK}', f"'{MARK}\"")
    form = 'method="post"' in got.body and 'name="state"' in got.body
    return form and not any(each in got.body for each in raw)


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        taken, self._body = (
            (self._body, b"") if size < 0 else (self._body[:size], self._body[size:])
        )
        return taken

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)


def _environ(sent: Sent) -> dict[str, Any]:
    headers = {
        "HTTP_" + name.upper().replace("-", "_"): text.encode(errors="replace").decode("latin-1")
        for name, text in sent.headers.items()
    }
    kind = headers.pop("HTTP_CONTENT_TYPE", "")
    return {
        "REQUEST_METHOD": sent.method,
        "PATH_INFO": sent.path.encode().decode("latin-1"),
        "QUERY_STRING": sent.query,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(sent.body)),
        "SERVER_NAME": "hub.test",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "hub.test",
        "SCRIPT_NAME": "",
        "wsgi.url_scheme": "https",
        "wsgi.input": _Body(sent.body),
        "wsgi.errors": _Silent(),
        **headers,
    }


class _Silent:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing was kept."""
