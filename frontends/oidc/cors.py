"""Which other sites' scripts may read an answer (CORS), and that no cookie ever comes with them.

Public documents are for everybody. The endpoints an application in a browser calls are for the
sites that a client registered. Pages for people are for nobody: they carry no such header.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from satosa.context import Context
from satosa.response import Response

from .clients import Client
from .redirects import origin_of

Endpoint = Callable[[Context], Response]
Header = tuple[str, str]
_ASKED: Final = "HTTP_ORIGIN"
_SENT: Final = "Authorization, Content-Type, DPoP"
_READ: Final = "WWW-Authenticate, DPoP-Nonce, Retry-After"
_HOUR: Final = "3600"


def for_everybody(endpoint: Endpoint) -> Endpoint:
    def answer(context: Context) -> Response:
        if _is_preflight(context):
            return _preflight([("Access-Control-Allow-Origin", "*")], "GET")
        return _with(endpoint(context), [("Access-Control-Allow-Origin", "*")])

    return answer


def for_origins(
    endpoint: Endpoint, clients: Callable[[], Mapping[str, Client]], *methods: str
) -> Endpoint:
    """*clients* is asked at each request: services come and go while the hub runs."""

    def answer(context: Context) -> Response:
        origin = (context.http_headers or {}).get(_ASKED)
        allowed = _allowed(origin, clients().values()) if origin else []
        if _is_preflight(context):
            return _preflight(allowed, *methods)
        return _with(endpoint(context), allowed)

    return answer


def origins(client: Client) -> frozenset[str]:
    """The sites whose scripts speak for this client: named, or where a public one comes back to."""
    declared = client.declared
    if declared.origins or declared.application_type == "native":
        return frozenset(declared.origins)
    if declared.token_endpoint_auth_method != "none":  # noqa: S105 - a name
        return frozenset()
    return frozenset(filter(None, map(origin_of, declared.redirect_uris)))


def _allowed(origin: str, clients: Iterable[Client]) -> list[Header]:
    vary = ("Vary", "Origin")
    if not any(origin in origins(client) for client in clients):
        return [vary]
    # Never `Allow-Credentials`: these endpoints know nobody by a cookie.
    told = [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", _READ)]
    return [vary, *told]


def _is_preflight(context: Context) -> bool:
    return context.request_method == "OPTIONS" and _ASKED in (context.http_headers or {})


def _preflight(allowed: Sequence[Header], *methods: str) -> Response:
    may = [
        ("Access-Control-Allow-Methods", ", ".join(methods)),
        ("Access-Control-Allow-Headers", _SENT),
        ("Access-Control-Max-Age", _HOUR),
    ]
    known = any(name == "Access-Control-Allow-Origin" for name, _ in allowed)
    return Response("", status="204 No Content", headers=[*allowed, *(may if known else [])])


def _with(response: Response, headers: Sequence[Header]) -> Response:
    response.headers.extend(headers)
    return response
