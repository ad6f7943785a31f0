"""SATOSA's backend towards a SAML provider: every check of ours, and pysaml2 to write requests."""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from satosa.backends.saml2 import SAMLBackend
from satosa.context import Context
from satosa.internal import AuthenticationInformation, InternalData
from satosa.response import Response

from hub import (
    PROVIDER_ANSWER,
    PROVIDER_REQUEST,
    ProviderAnswer,
    ProviderRefused,
    ProviderRequest,
    Toolbox,
    outside_logins,
    saml,
)

from . import asking
from .answers import Reader
from .checks import Expected, check, check_statement, statement
from .entity import Entity
from .faults import Fault
from .identity import class_of, evidence_of, identity_of
from .names import POST
from .places import Places
from .published import Described, published
from .settings import PROVIDER

_log: Final = logging.getLogger(__name__)
_REMEMBERED: Final = 3600
"""Seconds an assertion's ID is remembered: longer than any assertion is taken."""


class SamlProviderBackend(SAMLBackend):
    """One provider."""

    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        self.provider = PROVIDER.validate_python(config["provider"])
        self.address = f"{base_url}/{name}/acs"
        self.entity_id = self.provider.own_entity_id or f"{base_url}/{name}/metadata"
        super().__init__(callback, attributes, {"sp_config": self._sp()}, base_url, name)
        self._keys = [
            saml.SigningKey(each["private"].encode(), each["certificate"].encode())
            for each in config["keys"]
        ]
        self._reader = Reader(self.provider, self._keys)
        self._places = Places(name, self.provider.entity_id, config["metadata"].encode() or None)
        if self.provider.weak:
            exempted = ",".join(self.provider.weak)
            _log.warning("saml_provider.weak provider=%s exempted=%s", name, exempted)

    def bind(self, toolbox: Toolbox) -> None:
        """Lent after loading: SATOSA's configuration carries JSON only."""
        self.toolbox = toolbox

    def start_auth(self, context: Context, internal_req: InternalData) -> Response:
        request = context.get_decoration(PROVIDER_REQUEST) or ProviderRequest()
        try:
            entity = self._entity()
        except Fault as fault:
            raise _refused(fault) from None
        carried = asking.begun(request, self.provider, self.toolbox.clock)
        context.state[self.name] = carried.kept()
        said = asking.wishes(request, self.provider, carried)
        key = self._keys[0] if self._keys else None
        return asking.going(self.sp, entity, carried, said, key)

    def register_endpoints(self) -> list[Any]:
        return [
            (f"^{self.name}/acs$", partial(self.authn_response, binding=POST)),
            (f"^{self.name}/metadata$", self.metadata_endpoint),
        ]

    def authn_response(self, context: Context, binding: str) -> Response:
        try:
            answer = self._answer(context)
        except Fault as fault:
            raise _refused(fault) from None
        context.decorate(PROVIDER_ANSWER, answer)
        told = InternalData(
            auth_info=AuthenticationInformation(answer.identity.acr, None, answer.identity.issuer),
            subject_id=answer.identity.subject,
        )
        return self.auth_callback_func(context, told)

    @outside_logins
    def metadata_endpoint(self, context: Context) -> Response:
        said = Described(
            entity_id=self.entity_id,
            address=self.address,
            keys=self._keys,
            provider=self.provider,
        )
        headers = [("Content-Type", "application/samlmetadata+xml")]
        return Response(message=published(said), headers=headers)

    def _answer(self, context: Context) -> ProviderAnswer:
        carried = asking.remembered(context.state.get(self.name))
        posted = (context.request or {}).get("SAMLResponse")
        if context.request_method != "POST" or not isinstance(posted, str):
            raise Fault("bad_answer", "nothing was posted")
        believed = self._reader.read(posted, self._entity())
        expected = Expected(
            issuer=self.provider.entity_id,
            address=self.address,
            audience=self.entity_id,
            begun=carried,
            now=self.toolbox.clock(),
            leeway=self.provider.leeway,
        )
        check(believed, expected)
        said = statement(believed.assertion)
        at = check_statement(said, expected)
        self._check_class(carried, said)
        self._spend(believed.assertion.get("ID", ""))
        return ProviderAnswer(
            identity=identity_of(believed.assertion, said, self.provider),
            evidence=evidence_of(said, at, self.provider),
        )

    def _check_class(self, carried: asking.Begun, said: Any) -> None:
        # Core 3.3.2.2.1: a provider that reached none of them must say so, and some do not.
        exact = carried.classes and self.provider.comparison == "exact"
        if exact and class_of(said) not in carried.classes:
            raise Fault("level_refused", "another class than those asked")

    def _spend(self, assertion: str) -> None:
        """Profiles 4.1.4.5: an assertion opens one session, whichever process it reaches.

        Of two at the same moment the provider side lets one through: the RelayState is taken once.
        """
        key = f"assertion {self.provider.entity_id} {assertion}"
        used = self.toolbox.one_time.take(key) is not None
        self.toolbox.one_time.put(key, {}, seconds=_REMEMBERED)
        if used:
            raise Fault("replayed", "the assertion was used before")

    def _entity(self) -> Entity:
        return self._places.entity(self.toolbox, bool(self.provider.metadata_url))

    def _sp(self) -> dict[str, Any]:
        """For pysaml2, which writes the requests; it reads nothing that others send."""
        endpoints = {"assertion_consumer_service": [(self.address, POST)]}
        return {
            "entityid": self.entity_id,
            "service": {"sp": {"endpoints": endpoints, "allow_unsolicited": False}},
            "metadata": {},
        }


def _refused(fault: Fault) -> ProviderRefused:
    return ProviderRefused(f"saml_provider.{fault.reason}", fault.cause)
