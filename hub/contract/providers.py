"""What passes between the hub and a provider people come from, on SATOSA's context.

The hub calls `start_auth` of the backend with a `ProviderRequest`. A backend that knows more than
SATOSA's `InternalData` carries lays a `ProviderAnswer` on the context before it calls SATOSA back;
one that must not believe what came raises `ProviderRefused`, whatever the provider's protocol.
"""

from collections.abc import Callable
from typing import Final, Protocol, TypeVar, runtime_checkable

from hub.contract.accounts import UpstreamIdentity
from hub.contract.errors import HubError
from hub.contract.events import Evidence
from hub.contract.login import Asked
from hub.contract.values import value

PROVIDER_REQUEST: Final = "hub.provider_request"
PROVIDER_ANSWER: Final = "hub.provider_answer"

_OUTSIDE: Final = "hub_outside_logins"
Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


@value
class ProviderRequest:
    """One sign-in, or one linking, as a provider may be asked for it."""

    asked: Asked = Asked()
    expected: str | None = None
    """Whom the service expects: a provider that understands it may be told (login_hint)."""
    languages: tuple[str, ...] = ()


@value
class ProviderAnswer:
    """Who came back, and what the provider says it saw."""

    identity: UpstreamIdentity
    evidence: Evidence


class ProviderRefused(HubError):
    """The answer is not believed, or the provider said no; nobody is signed in.

    *code* stands in the catalogue of the backend's plugin: `psc.wrong_signature`. *cause* is for
    the support's timeline: words of the hub's own, never what the provider sent. *silent*: the
    provider gave no answer at all, or none to use; the sign-in page says so to the next ones.
    """

    def __init__(self, code: str, cause: str = "", *, silent: bool = False) -> None:
        super().__init__(cause or code)
        self.code = code
        self.cause = cause
        self.silent = silent


@runtime_checkable
class SaysIfItAnswers(Protocol):
    """A backend whose provider can be asked for a document before somebody is sent there."""

    def answers(self) -> bool | None:
        """Whether it answered when last asked, within the last minute; `None`: it is not asked.

        Waits as long as one call to the provider may, once a minute.
        """


def outside_logins(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint of a backend that no sign-in comes back to: metadata, logout.

    It is called with an empty state, even where a `state` or `RelayState` was sent; at every other
    endpoint what was sent must be that of a sign-in which left by this provider and is not back.
    """
    setattr(endpoint, _OUTSIDE, True)
    return endpoint


def is_outside_logins(endpoint: object) -> bool:
    return bool(getattr(endpoint, _OUTSIDE, False))
