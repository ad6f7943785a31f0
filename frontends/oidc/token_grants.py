"""The grants beside the code: devices, telephones, and services for themselves."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from hub import SessionId

from .digests import digest
from . import grant_types
from .associations import Association, AssociationBook, Poll
from .clients import Client
from .device_letters import Herald
from .granted import Frozen, Grant, Promise
from .lives import Life
from .token_server import VERIFIER, Bearer, TokenServer


class NotYet(OAuth2Error):
    """RFC 8628 3.5."""

    def __init__(self, why: Poll) -> None:
        super().__init__()
        self.error = why.value


class DirectGrant(BaseGrant, TokenEndpointMixin, ABC):
    """A grant that is looked for here, where Authlib only knows codes and refresh tokens."""

    associations: AssociationBook
    herald: Herald

    def validate_token_request(self) -> None:
        client: Client = self.request.client
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError
        found = self.server.alive(self.found(client, self.request.form), self.request)
        if found is None:
            raise InvalidGrantError
        # What `save_token` reads, whatever the grant.
        self.request.authorization_code = found

    @abstractmethod
    def found(self, client: Client, form: Mapping[str, str]) -> Grant | None:
        """What is granted for this form; `None`: nothing (`invalid_grant`)."""

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        bearer: Bearer = self.request.authorization_code
        grant = bearer.grant
        token = self.generate_token(user=grant, scope=grant.scope)
        self.save_token(token)
        token = self.server.with_id_token(token, self.client, grant, first=True)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class DeviceGrant(DirectGrant):
    GRANT_TYPE = grant_types.DEVICE

    def found(self, client: Client, form: Mapping[str, str]) -> Grant | None:
        code = form.get("device_code")
        if code is None:
            raise InvalidRequestError("device_code is missing")
        polled = self.associations.poll(code, client.id)
        if isinstance(polled, Poll):
            raise NotYet(polled)
        grant: Grant = self.server.book.begin(promised(polled))
        self.herald.associated(grant.account, client)
        return grant


class TicketGrant(DirectGrant):
    """The second step of a telephone: the first one claimed the ticket with a challenge."""

    GRANT_TYPE = grant_types.TICKET

    def found(self, client: Client, form: Mapping[str, str]) -> Grant | None:
        code, verifier = form.get("code"), form.get("code_verifier", "")
        if code is None:
            raise InvalidRequestError("code is missing")
        # What lies on a telephone for months must be of no use anywhere else.
        if self.request.key is None:
            raise InvalidRequestError("a DPoP proof is required")
        grant: Grant | None = self.server.book.redeem(code, client.id)
        if grant is None or grant.life is not Life.DEVICE:
            return None
        # Whoever saw the ticket on the screen, or the code on its way, lacks the verifier.
        if not VERIFIER.fullmatch(verifier) or not _answers(verifier, grant.challenge):
            return None
        self.herald.associated(grant.account, client)
        return grant


class ServiceGrant(DirectGrant):
    """RFC 6749 4.4: nobody signed in, so there is no id_token, and nothing to refresh."""

    GRANT_TYPE = grant_types.CLIENT

    def found(self, client: Client, form: Mapping[str, str]) -> Grant | None:
        asked, own = form.get("scope", "").split(), client.declared.client_scopes
        granted = [scope for scope in own if scope in asked or not asked]
        if asked and not granted:
            raise InvalidScopeError
        nobody = Frozen(
            subject=client.id,
            claims={},
            situation=None,
            acr="",
            amr=(),
            auth_time=0,
            sid=secrets.token_urlsafe(16),
        )
        promise = Promise(
            client=client.id,
            session=SessionId(""),
            redirect_uri="",
            challenge="",
            scope=" ".join(granted),
            frozen=nobody,
            life=Life.CLIENT,
        )
        began: Grant = self.server.book.begin(promise)
        return began


def add_grants(server: TokenServer, associations: AssociationBook, herald: Herald) -> None:
    """Teach *server* what this file knows."""

    def lent(grant: DirectGrant) -> None:
        grant.associations, grant.herald = associations, herald

    for each in (DeviceGrant, TicketGrant, ServiceGrant):
        server.register_grant(each, [lent])


def promised(association: Association, challenge: str = "", device: str = "") -> Promise:
    """What a person agreed to, as a grant that outlives their session."""
    if association.frozen is None:  # unreachable: nothing is taken that nobody approved
        raise LookupError(association.id)
    return Promise(
        client=association.client,
        session=SessionId(""),
        redirect_uri="",
        challenge=challenge,
        scope=association.scope,
        frozen=association.frozen,
        life=Life.DEVICE,
        account=association.account,
        device=device,
    )


def _answers(verifier: str, challenge: str) -> bool:
    return compare_digest(digest(verifier), challenge)
