"""A backend as SATOSA loads it, and whole sign-ins through it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from satosa.context import Context
from satosa.internal import InternalData
from satosa.response import Response
from satosa.state import State

from hub import (
    PROVIDER_ANSWER,
    PROVIDER_REQUEST,
    Factor,
    ProviderAnswer,
    ProviderRequest,
)
from hub.testing.toolbox import MemoryToolbox
from hub_backends.oidc_provider.backend import OidcBackend
from hub_backends.oidc_provider.settings import PROVIDER, Provider, Worth
from tests.backends.oidc_provider.provider import CLIENT, ISSUER, SECRET, LyingProvider

BASE, NAME = "https://hub.test", "regional"
SETTINGS = Provider(
    issuer=ISSUER,
    client_id=CLIENT,
    title="Regional",
    client_secret_file="unread",
    identifiers={"rpps": "rpps"},
    attributes={"email": "mail"},
    evidence=(
        Worth(acr=("eidas2",), factors=(Factor.KNOWLEDGE, Factor.POSSESSION), told=("mfa",)),
        Worth(factors=(Factor.KNOWLEDGE,)),
    ),
)
_ATTRIBUTES = {"attributes": {"name": {"openid": ["name"]}, "mail": {"openid": ["email"]}}}


class Site:
    """One provider and the backend towards it; `changes` are the operator's settings."""

    def __init__(self, **changes: Any) -> None:
        self.toolbox = MemoryToolbox("oidc_provider")
        self.time = self.toolbox.time
        self.provider = LyingProvider(self.time, f"{BASE}/{NAME}/callback")
        self.toolbox.parties[NAME] = httpx.Client(transport=self.provider.transport)
        self.backend = self.backend_of(replace(SETTINGS, **changes))

    def backend_of(self, settings: Provider, secret: str = SECRET) -> OidcBackend:
        config = {"provider": PROVIDER.dump_python(settings, mode="json"), "secret": secret}
        backend = OidcBackend(_came_back, _ATTRIBUTES, config, BASE, NAME)
        backend.bind(self.toolbox)
        return backend

    def begin(self, request: ProviderRequest | None = None) -> tuple[str, State]:
        """Where the browser is sent, and what the hub remembers of it."""
        context = Context()
        context.state = State()
        if request is not None:
            context.decorate(PROVIDER_REQUEST, request)
        response = self.backend.start_auth(context, InternalData())
        return dict(response.headers)["Location"], context.state

    def finish(self, state: State, answer: Mapping[str, Any]) -> ProviderAnswer:
        context = Context()
        context.state, context.request = state, dict(answer)
        self.backend.response_endpoint(context)
        found = context.get_decoration(PROVIDER_ANSWER)
        assert isinstance(found, ProviderAnswer)
        return found

    def sign_in(self, request: ProviderRequest | None = None) -> ProviderAnswer:
        """Raise what the backend raises."""
        address, state = self.begin(request)
        return self.finish(state, self.provider.authorize(address))


def asked(address: str) -> dict[str, str]:
    """The parameters of a request."""
    return {name: each[0] for name, each in parse_qs(urlsplit(address).query).items()}


def _came_back(context: Context, told: InternalData) -> Response:
    context.decorate("test.told", told)
    return Response("back")
