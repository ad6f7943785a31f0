"""Pro Santé Connect towards a provider that answers as it does."""

from pathlib import Path
from typing import Any

import httpx
from satosa.context import Context
from satosa.internal import InternalData
from satosa.response import Response
from satosa.state import State

from hub import PROVIDER_ANSWER, PROVIDER_REQUEST, ProviderAnswer, ProviderRequest
from hub.testing.settings import TableSettings
from hub.testing.toolbox import MemoryToolbox
from hub_backends.psc.backend import PscBackend
from hub_backends.psc.settings import config
from tests.backends.oidc_provider.provider import CLIENT, ISSUER, SECRET, LyingProvider
from tests.backends.psc.answers import DOCTOR

BASE = "https://hub.test"
WALLET = "https://wallet.test/auth"


class PscSite:
    """One sign-in after another; *told* is what UserInfo says."""

    def __init__(self, settings: TableSettings, told: dict[str, Any] = DOCTOR) -> None:
        self.toolbox = MemoryToolbox("psc")
        self.time = self.toolbox.time
        self.provider = LyingProvider(self.time, f"{BASE}/psc/callback")
        self.provider.metadata |= {
            "authorization_endpoint": WALLET,
            "acr_values_supported": ["0", "0"],
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        # The stock provider names the subject; the rest is put over what it knows.
        self.provider.userinfo = {name: each for name, each in told.items() if name != "sub"}
        self.provider.claims = {"authMode": "CARD", "sid": "there-7"}
        self.toolbox.parties["psc"] = httpx.Client(transport=self.provider.transport)
        _, own = config(settings)
        self.backend = PscBackend(_came_back, {"attributes": {}}, own, BASE, "psc")
        self.backend.bind(self.toolbox)

    def begin(self, request: ProviderRequest | None = None) -> tuple[str, State]:
        context = Context()
        context.state = State()
        context.decorate(PROVIDER_REQUEST, request or ProviderRequest())
        response = self.backend.start_auth(context, InternalData())
        return dict(response.headers)["Location"], context.state

    def finish(self, state: State, answer: dict[str, str]) -> ProviderAnswer:
        context = Context()
        context.state, context.request = state, answer
        self.backend.response_endpoint(context)
        found = context.get_decoration(PROVIDER_ANSWER)
        assert isinstance(found, ProviderAnswer)
        return found

    def sign_in(self) -> ProviderAnswer:
        address, state = self.begin()
        return self.finish(state, self.provider.authorize(address))


def settings_of(folder: Path, hub: str = "test", **changes: Any) -> TableSettings:
    """`[plugin.psc]` towards the provider of the tests; *hub* is the hub's own environment."""
    secret = folder / "psc.secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    table = {
        "client_id": CLIENT,
        "environment": "bas",
        "client_secret_file": str(secret),
        "issuer": ISSUER,
        **changes,
    }
    settings = TableSettings(folder, psc=table)
    settings.environment = hub
    return settings


def _came_back(context: Context, told: InternalData) -> Response:
    return Response("back")
