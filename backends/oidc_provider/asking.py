"""The request a browser takes to the provider: parameters, PKCE, and what is remembered of it."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from oic.oic.message import AuthorizationRequest

from hub import Clock, Json, ProviderRequest, value

from .claims import Freshness
from .faults import Fault
from .settings import Provider

Parameters = dict[str, str]
RESERVED: Final = frozenset(
    {
        *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state"),
        *("nonce", "code_challenge", "code_challenge_method", "request", "request_uri"),
        *("prompt", "max_age", "acr_values", "claims"),
    }
)
"""The hub's own: an operator's fixed parameter of that name would undo what it checks."""


@value
class Begun:
    """One sign-in on its way: kept by the hub, found again by `state`, never shown."""

    state: str
    nonce: str
    verifier: str
    acrs: tuple[str, ...]
    fresh: Freshness

    def kept(self) -> dict[str, Json]:
        age = self.fresh.max_age
        return {
            "state": self.state,
            "nonce": self.nonce,
            "verifier": self.verifier,
            "acrs": list(self.acrs),
            "begun": self.fresh.begun.isoformat(),
            "forced": self.fresh.forced,
            "max_age": age.total_seconds() if age is not None else None,
        }


def begun(request: ProviderRequest, sent: Mapping[str, str], clock: Clock) -> Begun:
    """What must come back, for the parameters *sent*."""
    return Begun(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        # RFC 7636 4.1: 43 characters at least.
        verifier=secrets.token_urlsafe(48),
        acrs=tuple(sent.get("acr_values", "").split()),
        fresh=Freshness(begun=clock(), forced=request.asked.force, max_age=request.asked.max_age),
    )


def remembered(kept: object) -> Begun:
    """From `kept`, out of SATOSA's state; raise `Fault` when there is nothing."""
    if not isinstance(kept, dict):
        raise Fault("wrong_state", "nobody was sent there")
    age = kept["max_age"]
    return Begun(
        state=kept["state"],
        nonce=kept["nonce"],
        verifier=kept["verifier"],
        acrs=tuple(kept["acrs"]),
        fresh=Freshness(
            begun=datetime.fromisoformat(kept["begun"]),
            forced=kept["forced"],
            max_age=timedelta(seconds=age) if age is not None else None,
        ),
    )


def parameters(request: ProviderRequest, provider: Provider) -> Parameters:
    """What one sign-in asks of the provider, beside what every request carries."""
    asked = request.asked
    sent = dict(provider.parameters)
    if acrs := _acrs(request, provider):
        sent["acr_values"] = " ".join(acrs)
    if asked.passive:
        sent["prompt"] = "none"
    elif asked.force:
        # max_age besides: with it auth_time must come back, and the hub sees that it happened.
        sent |= {"prompt": "login", "max_age": "0"}
    if asked.max_age is not None and "max_age" not in sent:
        sent["max_age"] = str(int(asked.max_age.total_seconds()))
    if provider.login_hint and request.expected:
        sent["login_hint"] = request.expected
    if request.languages:
        sent["ui_locales"] = " ".join(request.languages)
    return sent


def address(endpoint: str, sent: Mapping[str, str], carried: Begun, own: Mapping[str, str]) -> str:
    """Where the browser goes; *own*: client, scope and where to come back."""
    challenge = hashlib.sha256(carried.verifier.encode()).digest()
    message = AuthorizationRequest(
        **{
            **sent,
            **own,
            "response_type": "code",
            "state": carried.state,
            "nonce": carried.nonce,
            "code_challenge": urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
    )
    return str(message.request(endpoint))


def _acrs(request: ProviderRequest, provider: Provider) -> tuple[str, ...]:
    for level in request.asked.acrs:
        if level in provider.acr_for:
            return provider.acr_for[level]
    return provider.acr_values
