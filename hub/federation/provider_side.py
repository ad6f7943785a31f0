"""The provider side of SATOSA: answers at the providers' own addresses, with no cookie of any kind.

What a provider posts comes from another site, without cookies: whose sign-in it is stands in the
`state` or `RelayState` alone, and the pages take the outcome only in the browser that left.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from satosa.response import Response

from hub.contract.errors import ConfigError, ConfigErrors, RequestRefused
from hub.contract.federation import RawRequest
from hub.contract.toolbox import OneTimeBox, Toolbox
from hub.contract.values import value
from hub.federation.mishaps import ErrorPage, mishap
from hub.federation.provider import Provider, ProviderModule
from hub.federation.saml_crypto import lend_cryptography
from hub.people.degraded import ProvidersFaring
from hub.federation.wire import FORM, body_of, context_of, raw_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_ANSWER: Final = 262_144
"""Bytes: an encrypted assertion with everything a hospital says of somebody."""
Served = Callable[[str, str, int, float], None]
_ALWAYS: Final = (
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # Whatever page a stranger's module makes, no script of it runs at the hub's own address.
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)


@value
class ProviderSide:
    """All that the provider side is made of."""

    base_url: str
    modules: Sequence[ProviderModule]
    lend: Callable[[str], Toolbox]
    """The toolbox of a plugin; of the hub's own for the providers of hub.toml."""
    kept: OneTimeBox
    """Where sign-ins wait for their provider."""
    faring: ProvidersFaring
    """Remembers which of them gave no answer."""


def load_providers(side: ProviderSide) -> Mapping[str, Provider]:
    """By name. `ConfigErrors` with all that could not be loaded, and why."""
    loaded: dict[str, Provider] = {}
    wrong: list[ConfigError] = []
    for module in side.modules:
        try:
            lend_cryptography([module.backend.module])
            lent = side.lend(module.owner)
            provider = Provider(module, side.base_url, lent, side.kept, side.faring)
        except Exception as error:  # whatever a stranger's module raises when it is loaded
            wrong.append(_unloadable(module, error))
        else:
            loaded[module.name] = provider
            wrong += _outside(provider)
    if wrong:
        raise ConfigErrors(wrong)
    return loaded


def answering(
    providers: Mapping[str, Provider], error_page: ErrorPage, served: Served
) -> "WSGIApplication":
    """What answers every path whose first word is the name of a provider."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = perf_counter()
        try:
            response = _response(providers, environ)
        except Exception as error:  # the edge: whatever it was, the person reads one page
            return error_page(environ, mishap(error))(environ, start_response)
        body = body_of(response)
        start_response(response.status, _headers(response, len(body)))
        method, status = environ.get("REQUEST_METHOD", "GET"), int(response.status[:3])
        path = "/".join(environ.get("PATH_INFO", "").split("/", 3)[:3])
        served(method, path, status, perf_counter() - began)
        return [body]

    return answer


def _response(providers: Mapping[str, Provider], environ: "WSGIEnvironment") -> Response:
    raw = raw_request(environ, largest=LARGEST_ANSWER)
    if raw.method not in {"GET", "POST"}:
        # HEAD too: a preview of the address would use the answer up.
        raise RequestRefused("page.bad_request", 405)
    _check_single(raw)
    context = context_of(environ, raw)
    return providers[context.path.partition("/")[0]].answer(context)


def _check_single(raw: RawRequest) -> None:
    # RFC 6749 3.1: of two values the check may read one and the use the other.
    body = raw.body.decode(errors="replace") if raw.content_type == FORM else ""
    for text in (raw.query, body):
        names = [name for name, _ in parse_qsl(text, keep_blank_values=True)]
        if len(names) != len(set(names)):
            raise RequestRefused("page.bad_request")


def _headers(response: Response, length: int) -> list[tuple[str, str]]:
    kept = [(name, text) for name, text in response.headers if name.lower() not in _OWN]
    own = [*_ALWAYS, ("Cache-Control", "no-store"), ("Content-Length", str(length))]
    return [*kept, *own]


_OWN: Final = frozenset({"set-cookie", "cache-control", "content-length"})


def _outside(provider: Provider) -> Iterator[ConfigError]:
    name = provider.module.name
    for pattern in provider.unreachable():
        yield ConfigError(f"provider.{name}", f"its endpoint {pattern!r} lies outside /{name}/")


def _unloadable(module: ProviderModule, error: Exception) -> ConfigError:
    what = f"{module.backend.module.module} cannot be loaded"
    return ConfigError(f"provider.{module.name}", f"{what}: {type(error).__name__}: {error}")
