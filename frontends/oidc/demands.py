"""An authorization request as the broker reads it, and what it demands besides a sign-in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from hub import ActionName, Demand, Json, LoginRequest, ServiceId

from .authorize import Wishes
from .clients import Client
from .scopes import shows

CONSENT: Final = ActionName("oidc.consent")
ACCOUNT: Final = ActionName("oidc.account")


def login_request(client: Client, wished: Wishes, now: datetime) -> LoginRequest:
    return LoginRequest(
        service=ServiceId(client.service),
        received_at=now,
        asked=wished.asked,
        expected=wished.expected,
        languages=wished.languages,
        demands=tuple(_demands(client, wished)),
    )


def _demands(client: Client, wished: Wishes) -> Iterator[Demand]:
    # OpenID Connect Core 3.1.2.1: whose account, before what of it is given.
    if "select_account" in wished.prompts:
        yield Demand(action=ACCOUNT)
    always = "consent" in wished.prompts
    if always or client.declared.consent:
        about: dict[str, Json] = {
            "always": always,
            "claims": [*_seen(client, wished)],
            "offline": "offline_access" in wished.scope.split(),
        }
        yield Demand(action=CONSENT, about=about)


def _seen(client: Client, wished: Wishes) -> Iterator[str]:
    """The facts this request opens, of those the service may learn at all."""
    granted, named = wished.scope.split(), {*wished.claims.id_token, *wished.claims.userinfo}
    for claim in client.claims:
        if shows(granted, claim) or claim in named:
            yield claim
