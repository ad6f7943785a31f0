"""A SATOSA backend for a provider of one word: its answer says in clear who came back."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from satosa.backends.base import BackendModule
from satosa.context import Context
from satosa.exception import SATOSAAuthenticationError
from satosa.internal import AuthenticationInformation, InternalData
from satosa.response import Response, SeeOther

from hub import (
    PROVIDER_REQUEST,
    Hop,
    ProviderRefused,
    ProviderRequest,
    Toolbox,
    UpstreamIdentity,
    outside_logins,
)

AT = "https://provider.test/authorize"
ISSUER = "https://provider.test"
FORM = """<body onload="x()"><form method="post" action="{}">
<input type="hidden" name="RelayState" value="{}"><input type="submit" value="Go"></form>"""


class WordBackend(BackendModule):  # type: ignore[misc]
    """`config`: `form` posts, `guessable` sends a bad state, `broken` raises when begun.

    `at` is where it sends people, if that is not `AT`. `leaves` ends its session too, or breaks
    when that is `badly`.
    """

    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        super().__init__(callback, attributes, base_url, name)
        self.config = config
        self.toolbox: Toolbox | None = None
        self.meanwhile: Callable[[], object] = lambda: None
        """Called while it is waited for, as if the provider took long."""

    def bind(self, toolbox: Toolbox) -> None:
        self.toolbox = toolbox

    def register_endpoints(self) -> Sequence[tuple[str, Any]]:
        # Not anchored, as many are in the wild.
        return [
            (f"{self.name}/callback", self.callback),
            (f"{self.name}/metadata", self.metadata),
            (f"{self.name}/ended", self.ended),
        ]

    def start_auth(self, context: Context, internal_request: InternalData) -> Response:
        asked: ProviderRequest = context.get_decoration(PROVIDER_REQUEST)
        if self.config.get("broken"):
            raise RuntimeError("in the test")
        state = "guess" if self.config.get("guessable") else secrets.token_urlsafe(24)
        context.state[self.name] = {"forced": asked.asked.force}
        at = self.config.get("at", AT)
        if self.config.get("form"):
            return Response(FORM.format(at, state))
        return SeeOther(f"{at}?state={state}&forced={asked.asked.force}")

    def callback(self, context: Context) -> Response:
        told = context.request
        self.meanwhile()
        match told.get("fault"):
            case "refused":
                raise ProviderRefused("provider.refused", "said no in the test")
            case "satosa":
                raise SATOSAAuthenticationError(context.state, told.get("who"))
            case "broken":
                raise RuntimeError(told.get("who"))
            case "again":
                return SeeOther(f"{AT}/again?state={secrets.token_urlsafe(24)}")
        forced = context.state[self.name]["forced"]
        internal = InternalData(
            subject_id=told.get("who"),
            attributes={"rppsnumber": [told["rpps"]] if "rpps" in told else []},
            auth_info=AuthenticationInformation(
                auth_class_ref=f"forced:{forced}", issuer=ISSUER, timestamp=told.get("at")
            ),
        )
        return self.auth_callback_func(context, internal)

    def end_session(self, identity: UpstreamIdentity, return_url: str) -> Hop | None:
        if self.config.get("leaves") == "badly":
            raise RuntimeError("in the test")
        if not self.config.get("leaves"):
            return None
        return Hop(url=f"{ISSUER}/leave?who={identity.subject}&back={return_url}")

    def metadata(self, context: Context) -> Response:
        kept = [("Set-Cookie", "SATOSA_STATE=1")]
        return Response(f"metadata of {self.name}", headers=kept, content="text/plain")

    @outside_logins
    def ended(self, context: Context) -> Response:
        return Response(f"{sorted(context.state.keys() - {'SESSION_ID'})}", content="text/plain")
