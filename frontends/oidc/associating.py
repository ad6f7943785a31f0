"""How devices and telephones are associated, as the protocol sees it: what machines ask and are
told, and the sign-in that freezes what the service will learn."""

import re
from collections.abc import Mapping
from typing import Any, Final

from satosa.response import Response, SeeOther

from hub import AccountId, LoginRequest, RequestRefused, ServiceId, Toolbox, value

from .answers import answered, refused, with_query
from .associations import CODE_LIFETIME, PAUSE, AssociationBook
from .clients import Client
from .devices import fit
from .granted import Frozen
from .grants import CODE_LIFETIME as TICKET_CODE_LIFETIME
from .grants import GrantBook
from .guesses import WITHIN, Guesses
from .parameters import Parameters
from .token_grants import promised

DEVICE_PAGE: Final = "/apps/oidc/device/"
PHONE_PAGE: Final = "/apps/oidc/devices/"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_TYPED: Final = re.compile(r"[A-Za-z0-9 -]{1,20}")


@value
class Begun:
    """A sign-in that ends in an association."""

    client: Client
    login: LoginRequest
    said: Mapping[str, Any]


class Associating:
    def __init__(
        self,
        clients: Mapping[str, Client],
        book: GrantBook,
        associations: AssociationBook,
        toolbox: Toolbox,
    ) -> None:
        self._clients = clients
        self._book = book
        self._associations = associations
        self._guesses = Guesses(toolbox)
        self._one_time = toolbox.one_time
        self._clock = toolbox.clock
        self._address = toolbox.public_address

    def invite(self, form: Parameters, client: Client, source: str) -> Response:
        """RFC 8628 3.1: a device asks for a code to show."""
        if not client.declared.device_grant:
            return refused("unauthorized_client")
        scope = _scope(form, client)
        if not scope:
            return refused("invalid_scope")
        # Anybody knows the name of a public client: each code asked for is a row of ours.
        if not self._guesses.invited(source):
            later = ("Retry-After", str(WITHIN))
            return refused("slow_down", "429 Too Many Requests", later)
        invited = self._associations.invite(client.id, scope)
        page = f"{self._address}/oidc/device"
        return answered(
            {
                "device_code": invited.device_code,
                "user_code": invited.user_code,
                "verification_uri": page,
                "verification_uri_complete": f"{page}?user_code={invited.user_code}",
                "expires_in": CODE_LIFETIME,
                "interval": PAUSE,
            }
        )

    def page(self, sent: Parameters) -> Response:
        """The short address people type leads to the page."""
        code = sent.get("user_code") or ""
        # What is no code at all is not carried along.
        known = {"user_code": code} if _TYPED.fullmatch(code) else {}
        return SeeOther(with_query(DEVICE_PAGE, known))

    def claim(self, form: Parameters, client: Client) -> Response:
        """A telephone shows the ticket it read; what it gets in return works with its verifier."""
        ticket, challenge = form.get("ticket"), form.get("code_challenge") or ""
        method = form.get("code_challenge_method")
        if ticket is None or method != "S256" or not _CHALLENGE.fullmatch(challenge):
            return refused("invalid_request")
        if not client.declared.mobile_grant:
            return refused("unauthorized_client")
        claimed = self._associations.claim(ticket, client.id)
        if claimed is None:
            return refused("invalid_grant")
        called = fit(form.get("device_name") or "")
        code = self._book.open(promised(claimed, challenge, called))
        lifetime = int(TICKET_CODE_LIFETIME.total_seconds())
        return answered({"code": code, "expires_in": lifetime})

    def begin(self, sent: Parameters) -> Begun:
        """The person said yes on a page of ours: they sign in as this service demands."""
        wish = self._one_time.take(sent.get("wish") or "")
        client = self._clients.get(str(wish["client"])) if wish else None
        if wish is None or client is None:
            raise RequestRefused("oidc.association_over")
        login = LoginRequest(service=ServiceId(client.service), received_at=self._clock())
        said = {
            "client_id": client.id,
            "association": wish["association"],
            "by": wish["account"],
            "nonce": None,
            "for_id_token": [],
            "for_userinfo": [],
        }
        return Begun(client=client, login=login, said=said)

    def signed_in(self, said: Mapping[str, Any], account: AccountId, told: Frozen) -> Response:
        # Somebody else may have sat down meanwhile: what the one began is not the other's.
        if account != said["by"]:
            return self.failed(said)
        if association := str(said["association"]):
            self._associations.approve(association, account, told)
            return SeeOther(f"{DEVICE_PAGE}done?id={association}")
        client = self._clients[said["client_id"]]
        scope = " ".join(client.declared.scopes)
        shown = self._associations.show(client.id, scope, account, told)
        return SeeOther(f"{PHONE_PAGE}scan?id={shown}")

    def failed(self, said: Mapping[str, Any]) -> Response:
        """They gave up, or cannot reach what the service demands: nothing is associated."""
        return SeeOther(f"{DEVICE_PAGE}done?id=" if said["association"] else PHONE_PAGE)


def _scope(form: Parameters, client: Client) -> str:
    asked = form.words("scope") or ("openid",)
    return " ".join(word for word in asked if word in client.declared.scopes)
