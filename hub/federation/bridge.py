"""SATOSA's one frontend on the provider side: what a provider answered becomes an `Answer`."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from satosa.context import Context
from satosa.frontends.base import FrontendModule
from satosa.internal import InternalData
from satosa.response import Response, SeeOther

from hub.contract.errors import RequestRefused
from hub.contract.providers import PROVIDER_ANSWER, ProviderAnswer
from hub.contract.returning import Returning
from hub.contract.steps import Answer, Refusal
from hub.contract.values import value

BRIDGE: Final = "bridge"
DEPARTED: Final = "hub.departed"
"""On the context of an answer: the `Departed` it belongs to."""


@value
class Departed:
    """A browser sent to a provider, as it was kept until the provider answers."""

    return_url: str
    recent: bool = False
    """A proof that is not dated proves nothing: the service asked how old it is."""


Translate = Callable[[InternalData, Departed], ProviderAnswer]


class Bridge(FrontendModule):
    returning: Returning
    translate: Translate

    def __init__(
        self, outgoing: Any, internal_attributes: Any, config: Any, base_url: str, name: str
    ) -> None:
        super().__init__(outgoing, internal_attributes, base_url, name)

    def attach(self, returning: Returning, translate: Translate) -> None:
        """Hand over what SATOSA's JSON configuration cannot carry."""
        self.returning = returning
        self.translate = translate

    def register_endpoints(self, backend_names: Sequence[str]) -> Sequence[tuple[str, Any]]:
        return []

    def send(self, context: Context, requester: str) -> Response:
        """Through the micro-services to the backend: its answer leads to the provider."""
        return self.auth_req_callback_func(context, InternalData(requester=requester))

    def handle_authn_response(self, context: Context, internal_resp: InternalData) -> Response:
        departed = departed_of(context)
        told: ProviderAnswer | None = context.get_decoration(PROVIDER_ANSWER)
        answer = told or self.translate(internal_resp, departed)
        return self._back(departed, Answer(upstream=answer.identity, evidence=answer.evidence))

    def refused(self, departed: Departed, why: Refusal) -> Response:
        return self._back(departed, Answer(refused=why))

    def _back(self, departed: Departed, answer: Answer) -> Response:
        # Whose browser brings it is not known here: the pages take it only where it left from.
        return SeeOther(self.returning.bring_back(departed.return_url, answer))


def departed_of(context: Context) -> Departed:
    """An answer nobody here waits for is nobody's: `RequestRefused`."""
    departed: Departed | None = context.get_decoration(DEPARTED)
    if departed is None:
        raise RequestRefused("provider.gone", 410)
    return departed
