"""Turns a WSGI request into SATOSA's context, bounded and without its cookie or its logging."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from satosa.context import Context
from satosa.response import Response
from satosa.state import State

from hub.contract.errors import RequestRefused
from hub.contract.federation import RAW_REQUEST, RawRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM: Final = "application/x-www-form-urlencoded"
LARGEST_BODY: Final = 65_536
_MOST_FIELDS: Final = 200


def raw_request(
    environ: "WSGIEnvironment", source: str = "", largest: int = LARGEST_BODY
) -> RawRequest:
    """Read the body once; raise `RequestRefused` when it is too large or its length is nonsense."""
    stated = environ.get("CONTENT_LENGTH") or "0"
    if not (stated.isascii() and stated.isdigit()):
        raise RequestRefused("page.bad_request")
    # Checked before reading: a sender may state, or send, any size.
    if len(stated) > 6 or int(stated) > largest:
        raise RequestRefused("page.too_large", 413)
    return RawRequest(
        method=environ.get("REQUEST_METHOD", "GET").upper(),
        query=environ.get("QUERY_STRING", ""),
        body=environ["wsgi.input"].read(int(stated)),
        content_type=environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower(),
        authorization=environ.get("HTTP_AUTHORIZATION", ""),
        dpop=environ.get("HTTP_DPOP", ""),
        source=source,
    )


class _State(State):
    """SATOSA's, without the number it draws for each: nothing here is found by it."""

    def __init__(self) -> None:
        self.delete = False
        self.data: dict[str, Any] = {}


class _Context(Context):
    """SATOSA's context; what only some endpoints look at is made when they do."""

    def __init__(self, environ: "WSGIEnvironment", raw: RawRequest) -> None:
        super().__init__()
        self._environ = environ
        self._raw = raw
        for name in _LATE:
            delattr(self, name)

    def __getattr__(self, name: str) -> Any:
        if name not in _LATE:
            raise AttributeError(name)
        made = _LATE[name](self._environ, self._raw)
        setattr(self, name, made)
        return made


def context_of(environ: "WSGIEnvironment", raw: RawRequest) -> Context:
    path = environ.get("PATH_INFO", "").lstrip("/")
    # SATOSA's patterns end in `$`, which also matches before a last line feed.
    if not path or not path.isprintable():
        raise RequestRefused("page.not_found", 404)
    context = _Context(environ, raw)
    context.path = path
    context.request_method = "GET" if raw.method == "HEAD" else raw.method
    context.request_uri = environ.get("REQUEST_URI")
    context.cookie = environ.get("HTTP_COOKIE", "")
    context.request_authorization = raw.authorization
    context.decorate(RAW_REQUEST, raw)
    return context


def body_of(response: Response) -> bytes:
    """The bytes of SATOSA's answer; a redirect says all in its `Location`, its text is dropped."""
    if any(name == "Location" for name, _ in response.headers):
        return b""
    parts = response.message if isinstance(response.message, list) else [response.message or b""]
    return b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)


def _headers(environ: "WSGIEnvironment") -> dict[str, str]:
    return {k: v for k, v in environ.items() if k.startswith(("HTTP_", "REMOTE_"))}


def _server(environ: "WSGIEnvironment") -> dict[str, str]:
    return {k: v for k, v in environ.items() if k.startswith("SERVER_")}


def _sent(raw: RawRequest) -> dict[str, str] | None:
    if raw.method != "POST":
        return _fields(raw.query)
    return _fields(raw.body.decode(errors="replace")) if raw.content_type == FORM else None


def _fields(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise RequestRefused("page.bad_request") from error


_LATE: Final[Mapping[str, Callable[["WSGIEnvironment", RawRequest], Any]]] = {
    "state": lambda environ, raw: _State(),
    "qs_params": lambda environ, raw: _fields(raw.query),
    "request": lambda environ, raw: _sent(raw),
    "http_headers": lambda environ, raw: _headers(environ),
    "server": lambda environ, raw: _server(environ),
}
