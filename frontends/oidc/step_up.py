"""Who may read at UserInfo: a token made for it, of a sign-in good enough (RFC 9470)."""

from collections.abc import Mapping
from typing import Final

from hub import Clock

from .clients import Client
from .granted import AccessToken
from .lives import Living
from .token_server import token_type

INSUFFICIENT: Final = "insufficient_user_authentication"


class UserInfoGuard:
    def __init__(
        self, clients: Mapping[str, Client], living: Living, issuer: str, clock: Clock
    ) -> None:
        self._clients = clients
        self._living = living
        self._issuer = issuer
        self._clock = clock

    def opens(self, token: AccessToken) -> bool:
        """False: dead, or made for somebody else, who could read here whatever it was given."""
        meant = not token.audience or self._issuer in token.audience
        return meant and self._living.holds(token.grant)

    def more(self, token: AccessToken) -> str | None:
        """What to answer when the service must send the person to sign in better than this."""
        client = self._clients.get(token.grant.client)
        if client is None:
            return None
        acrs, max_age = client.declared.userinfo_acr_values, client.declared.userinfo_max_age
        told = token.grant.frozen
        weak = bool(acrs) and told.acr not in acrs
        age = self._clock().timestamp() - told.auth_time
        if not weak and (max_age is None or age <= max_age.total_seconds()):
            return None
        wanted = [f'error="{INSUFFICIENT}"']
        if acrs:
            wanted.append(f'acr_values="{" ".join(acrs)}"')
        if max_age is not None:
            wanted.append(f"max_age={int(max_age.total_seconds())}")
        return f"{token_type(token.key)} {', '.join(wanted)}"
