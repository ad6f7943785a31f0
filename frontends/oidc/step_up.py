"""Who may read at UserInfo: a token made for it, of a sign-in good enough (RFC 9470)."""

from collections.abc import Mapping, Sequence
from typing import Final

from hub import ConfigError, ConfigErrors, Level, Toolbox

from .clients import Client
from .granted import AccessToken
from .lives import Living
from .token_server import token_type

INSUFFICIENT: Final = "insufficient_user_authentication"


class UserInfoGuard:
    def __init__(
        self, clients: Mapping[str, Client], living: Living, issuer: str, toolbox: Toolbox
    ) -> None:
        """Raise `ConfigErrors` when a service of now names a level that is none."""
        self._clients = clients
        self._living = living
        self._issuer = issuer
        self._clock = toolbox.clock
        self._levels = {name: each for each in toolbox.ladder for name in (each.name, each.acr)}
        self._check(toolbox.ladder)

    def opens(self, token: AccessToken) -> bool:
        """False: dead, or made for somebody else, who could read here whatever it was given."""
        meant = not token.audience or self._issuer in token.audience
        return meant and self._living.holds(token.grant)

    def more(self, token: AccessToken) -> str | None:
        """What to answer when the service must send the person to sign in better than this."""
        client = self._clients.get(token.grant.client)
        if client is None:
            return None
        minimum, max_age = client.declared.userinfo_minimum, client.declared.userinfo_max_age
        told = token.grant.frozen
        wanted = self._wanted(minimum, told.acr)
        age = self._clock().timestamp() - told.auth_time
        if wanted is None and (max_age is None or age <= max_age.total_seconds()):
            return None
        said = [f'error="{INSUFFICIENT}"']
        if minimum is not None:
            said.append(f'acr_values="{wanted or told.acr}"')
        if max_age is not None:
            said.append(f"max_age={int(max_age.total_seconds())}")
        return f"{token_type(token.key)} {', '.join(said)}"

    def _wanted(self, minimum: str | None, reached: str) -> str | None:
        """The acr to ask for; `None`: what was reached is enough."""
        if minimum is None:
            return None
        needed, level = self._levels.get(minimum), self._levels.get(reached)
        # A level that is on the ladder no more is worth nothing: the person proves it again.
        if needed is not None and level is not None and level >= needed:
            return None
        return needed.acr if needed else minimum

    def _check(self, ladder: Sequence[Level]) -> None:
        known = ", ".join(each.name for each in ladder)
        wrong = [
            ConfigError(
                f"service.{client.service}.oidc.userinfo_minimum",
                f"no level {client.declared.userinfo_minimum!r} in policy; it has {known}",
            )
            for client in self._clients.values()
            if client.declared.userinfo_minimum not in (None, *self._levels)
        ]
        if wrong:
            raise ConfigErrors(wrong)
