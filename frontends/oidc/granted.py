"""What is granted, as values: the sign-in frozen in it, the grant, the tokens that stand for it."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Any

from hub import AccountId, SessionId, value

from .lives import Life
from .refresh_grace import Successor


@value
class Frozen:
    """What the service is told of this sign-in, now and at each refresh."""

    subject: str
    claims: Mapping[str, tuple[str, ...]]
    situation: Mapping[str, str | None] | None
    acr: str
    amr: tuple[str, ...]
    auth_time: int
    sid: str
    nonce: str | None = None
    for_id_token: tuple[str, ...] = ()
    """Claims asked by name, for the one place and the other: see `scopes`."""
    for_userinfo: tuple[str, ...] = ()
    native: Mapping[str, Any] = field(default_factory=dict)
    """Claims that are objects or lists at their source, told as they are."""
    proofs: tuple[Mapping[str, Any], ...] = ()
    """How each factor was proved, when, and by whom it is vouched for if not by the hub."""


@value
class _Given:
    """What a person, or nobody but the client itself, lets a client have."""

    client: str
    session: SessionId
    redirect_uri: str
    challenge: str
    scope: str
    frozen: Frozen
    life: Life = Life.SESSION
    account: AccountId | None = None
    resource: str | None = None
    """The one API its tokens are for; `None`: what the client is registered for."""
    key: str | None = None
    """The key whoever redeems the code must hold (RFC 9449 10), then the one its tokens are
    bound to: a thumbprint."""


@value
class Promise(_Given):
    """A grant about to be made. `device` belongs to those that outlive a session."""

    device: str = ""


@value
class Grant(_Given):
    id: str
    until: int = 0
    again: Successor | None = None
    """Tokens that were given for this refresh token moments ago, and perhaps never arrived."""


@value
class Issued:
    """Tokens about to be kept; `spends` is the refresh token they replace."""

    access: str
    access_scope: str
    access_lifetime: timedelta
    refresh: str | None = None
    spends: str | None = None
    refresh_key: str | None = None
    """The key the refresh token is bound to; the access token's is that of the grant."""
    audience: tuple[str, ...] = ()
    """Whom the access token is for besides the hub itself; empty: the hub alone."""


@value
class AccessToken:
    """An access token that stands for a grant which was not ended."""

    grant: Grant
    scope: str
    audience: tuple[str, ...]
    issued: int
    until: int
    key: str | None = None
