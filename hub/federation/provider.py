"""One provider as a SATOSA application of its own: its backend, its micro-services, the bridge.

One application each, and not one for all: the micro-services and the attribute names of one
provider never touch another's, and no endpoint, however loosely written, answers in its place.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from satosa.base import SATOSABase
from satosa.context import Context
from satosa.exception import SATOSANoBoundEndpointError
from satosa.internal import InternalData
from satosa.response import Response
from satosa.satosa_config import SATOSAConfig
from satosa.state import State

from hub.contract.errors import RequestRefused, StoreUnavailable
from hub.contract.federation import Bindable, IdentityBackend, SatosaModule
from hub.contract.providers import (
    PROVIDER_REQUEST,
    ProviderAnswer,
    ProviderRefused,
    ProviderRequest,
    is_outside_logins,
)
from hub.contract.steps import Redirect
from hub.contract.toolbox import OneTimeBox, Toolbox
from hub.contract.values import Json, value
from hub.federation.bridge import BRIDGE, DEPARTED, Bridge, Departed
from hub.federation.hearing import Hearing
from hub.federation.outstanding import lend_outstanding
from hub.federation.outward import STATES, NoWayOut, Outward, outward
from hub.federation.refusing import refusal_of
from hub.federation.translation import Reading, translated
from hub.people.degraded import ProvidersFaring

_log: Final = logging.getLogger(__name__)
KEPT_SECONDS: Final = 900
"""As long as the login itself waits."""
_LONGEST_STATE: Final = 1024
ATTRIBUTES: Final[Mapping[str, Any]] = {"attributes": {"subject": {"openid": ["sub"]}}}


@value
class ProviderModule:
    """One provider as it is to be loaded."""

    backend: IdentityBackend
    owner: str
    """The plugin that contributed it, or the hub for those of hub.toml."""
    reading: Reading = Reading()
    micro_services: Sequence[Mapping[str, Json]] = ()
    internal_attributes: Mapping[str, Any] = field(default_factory=lambda: ATTRIBUTES)

    @property
    def name(self) -> str:
        return self.backend.module.name


class Provider(SATOSABase):
    """Loading it runs the code of the module: whatever that raises, the caller reports."""

    def __init__(
        self,
        module: ProviderModule,
        base_url: str,
        toolbox: Toolbox,
        kept: OneTimeBox,
        faring: ProvidersFaring,
    ) -> None:
        super().__init__(SATOSAConfig(_config(module, base_url)))
        self.module = module
        self._base_url = base_url
        self._toolbox = toolbox
        self._kept = kept
        self.backend = self.module_router.backends[module.name]["instance"]
        self._heard = Hearing(module.name, self.backend, faring)
        self._outstanding = lend_outstanding(self.backend)
        if isinstance(self.backend, Bindable):
            self.backend.bind(toolbox)
        self._bridge: Bridge = self.module_router.frontends[BRIDGE]["instance"]
        self._bridge.attach(toolbox.returning, self._translated)

    def begin(self, return_url: str, request: ProviderRequest) -> Redirect:
        """Where to send the browser; what comes back is the answer at *return_url*."""
        self._heard.before()
        context = _leaving(self.module.name, request)
        there = self._outward(context)
        self._heard.left()
        recent = request.asked.force or request.asked.max_age is not None
        self._keep(there, Departed(return_url=return_url, recent=recent), context.state)
        return Redirect(url=there.url, fields=there.fields)

    def _outward(self, context: Context) -> Outward:
        try:
            with self._outstanding.of(context.state):
                return outward(self._bridge.send(context, self._base_url))
        except Exception as error:  # whatever a stranger's module raises
            self._heard.not_left(error)
            raise

    def answer(self, context: Context) -> Response:
        """To whatever was sent to one of the provider's own addresses."""
        context.target_backend, context.target_frontend = self.module.name, BRIDGE
        endpoint = self._endpoint(context.path)
        departed = None if is_outside_logins(endpoint) else self._restored(context)
        try:
            with self._outstanding.of(context.state):
                response = endpoint(context)
        except (RequestRefused, StoreUnavailable):
            raise
        except Exception as error:  # whatever a stranger's module raises signs nobody in
            if departed:
                self._heard.failed(error)
                return self._bridge.refused(departed, refusal_of(error, self.module.name))
            if is_outside_logins(endpoint):
                raise
            raise self._unasked(error) from error
        return self._followed(context, response, departed) if departed else response

    def unreachable(self) -> Iterator[str]:
        """The patterns of endpoints that lie outside the provider's own addresses."""
        for pattern, _ in self._endpoints():
            if not pattern.lstrip("^").startswith(f"{self.module.name}/"):
                yield pattern

    def _endpoint(self, path: str) -> Callable[[Context], Response]:
        # The whole path: SATOSA itself would take `psc/callback-of-somebody` for `psc/callback`.
        found = (spec for pattern, spec in self._endpoints() if re.fullmatch(pattern, path))
        spec = next(found, None)
        if spec is None:
            raise SATOSANoBoundEndpointError("not an address of this provider")
        return spec

    def _endpoints(self) -> Iterator[tuple[str, Any]]:
        router = self.module_router
        for module in (*router.micro_services.values(), *router.backends.values()):
            yield from module["endpoints"]

    def _keep(self, there: Outward, departed: Departed, state: State) -> None:
        content: dict[str, Json] = {
            "return": departed.return_url,
            "recent": departed.recent,
            "state": dict(state),
        }
        self._kept.put(self._key(there.state), content, seconds=KEPT_SECONDS)

    def _restored(self, context: Context) -> Departed | None:
        """Whose answer it is, once; `None` for a request that says it is no answer."""
        sent = context.request if isinstance(context.request, Mapping) else {}
        state = next((sent[name] for name in STATES if name in sent), None)
        if state is None:
            return None
        content: Any = self._kept.take(self._key(state)) if len(state) <= _LONGEST_STATE else None
        if content is None:
            raise RequestRefused("provider.gone", 410)
        context.state.update(content["state"])
        departed = Departed(return_url=content["return"], recent=content["recent"])
        context.decorate(DEPARTED, departed)
        return departed

    def _unasked(self, error: Exception) -> RequestRefused:
        """An answer without a state finds the backend without one: it is nobody's."""
        kind = type(error).__name__
        _log.warning("provider.unasked provider=%s kind=%s", self.module.name, kind)
        return RequestRefused("provider.gone", 410)

    def _key(self, state: str) -> str:
        # The provider is part of the key: what one was sent, another cannot answer (mix-up).
        return f"{self.module.name} {state}"

    def _followed(self, context: Context, response: Response, departed: Departed) -> Response:
        """A backend may send the browser out once more before it knows who it is."""
        address = dict(response.headers).get("Location", "")
        if address.startswith(f"{departed.return_url}?"):
            self._heard.came_back()
        else:
            try:
                self._keep(outward(response), departed, context.state)
            except NoWayOut as error:
                return self._bridge.refused(departed, refusal_of(error, self.module.name))
        return response

    def _translated(self, internal: InternalData, departed: Departed) -> ProviderAnswer:
        possible = self.module.backend.possible[0]
        now = self._toolbox.clock()
        answer = translated(internal, self.module.reading, possible, now)
        if departed.recent and answer.evidence.proved_at is None:
            raise ProviderRefused("provider.undated", "how old the proof is was asked and not said")
        return answer


def _leaving(name: str, request: ProviderRequest) -> Context:
    context = Context()
    context.path = f"{name}/begin"
    context.request_method, context.request, context.qs_params = "GET", {}, {}
    context.http_headers, context.server, context.cookie = {}, {}, ""
    context.state = State()
    context.target_backend, context.target_frontend = name, BRIDGE
    context.decorate(PROVIDER_REQUEST, request)
    # SATOSA's own way to say it: its SAML backend reads this with `mirror_force_authn`.
    context.decorate(Context.KEY_FORCE_AUTHN, "true" if request.asked.force else "false")
    return context


def _config(module: ProviderModule, base_url: str) -> dict[str, Any]:
    bridge = SatosaModule(name=BRIDGE, module=f"{Bridge.__module__}.{Bridge.__name__}", config={})
    return {
        "BASE": base_url,
        "BACKEND_MODULES": [_module(module.backend.module)],
        "FRONTEND_MODULES": [_module(bridge)],
        "MICRO_SERVICES": [dict(each) for each in module.micro_services],
        "INTERNAL_ATTRIBUTES": dict(module.internal_attributes),
        # SATOSA demands both; no state is ever written to a cookie here.
        "COOKIE_STATE_NAME": "unused",
        "STATE_ENCRYPTION_KEY": "unused",
    }


def _module(module: SatosaModule) -> dict[str, Any]:
    return {"name": module.name, "module": module.module, "config": dict(module.config)}
