"""Services that join while the hub runs: their tables are checked as those of hub.toml are."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from hub import (
    ConfigError,
    ConfigErrors,
    DeclaredPeer,
    Fetcher,
    Json,
    Launch,
    NewSecret,
    Service,
    value,
)

from .digests import hashed
from .answers import with_query
from .clients import DECLARED, Client, OidcClient, declared_by, problems, unsigned, client_of
from .sectors import sector_of, sector_problem
from .settings import OidcSettings


_FORMER: Final = ("former_client_secret_sha256", "former_client_secret_until")
_SECRETS: Final = frozenset({"client_secret_sha256", *_FORMER})


@value
class Joining:
    """Implements `TakesServices`, all but the ending of what was given."""

    settings: OidcSettings
    relaxed: bool
    """http on this machine is allowed: never in production."""
    configured: Sequence[Client]
    fetcher: Fetcher
    issuer: str

    def checked(self, service: Service) -> Service:
        at = f"service.{service.id}.oidc"
        declared = declared_by(table_of(service), at)
        errors = [
            ConfigError(f"{at}.{key}", said)
            for key, said in [*problems(declared, self.relaxed), *self._others(service, declared)]
        ]
        client = client_of(service, declared, declared.client_secret_sha256)
        errors += unsigned([client], self.settings)
        if not errors and (problem := sector_problem(declared, self.fetcher)):
            errors.append(ConfigError(f"{at}.sector_identifier_uri", problem))
        if errors:
            raise ConfigErrors(errors)
        return completed(service, declared, self.issuer)

    def with_secret(
        self, table: Mapping[str, Json], former_until: datetime | None
    ) -> NewSecret | None:
        method = table.get("token_endpoint_auth_method", "basic")
        if method not in ("basic", "post"):
            return None
        secret = secrets.token_urlsafe(32)
        changed = {**table, "client_secret_sha256": hashed(secret)}
        former = table.get("client_secret_sha256")
        for key in _FORMER:
            changed.pop(key, None)
        if former and former_until:
            changed["former_client_secret_sha256"] = former
            changed["former_client_secret_until"] = former_until.isoformat()
        return NewSecret(table=changed, secret=secret)

    def _others(self, service: Service, declared: OidcClient) -> Sequence[tuple[str, str]]:
        wrong = []
        if declared.client_secret_file:
            wrong.append(("client_secret_file", "is for hub.toml only: the hub makes the secret"))
        # By its name alone every process finds the service of a client.
        if declared.client_id != service.id:
            wrong.append(("client_id", "must be the name of the service"))
        if declared.client_id in {each.id for each in self.configured}:
            wrong.append(("client_id", f"{declared.client_id!r} is that of a service of hub.toml"))
        return wrong


def completed(service: Service, declared: OidcClient, issuer: str) -> Service:
    """With what follows from its table: among whom it knows people, and where its tile leads."""
    launch = service.launch
    if launch is None and declared.initiate_login_uri:
        # OpenID Connect Core 4: the service learns who begins the sign-in.
        launch = Launch(address=with_query(declared.initiate_login_uri, {"iss": issuer}))
    return replace(service, sector=sector_of(declared), launch=launch)


def secrets_of(service: Service) -> dict[str, Json]:
    """The hashes of its secrets."""
    return {key: told for key, told in table_of(service).items() if key in _SECRETS}


def table_of(service: Service) -> Mapping[str, Json]:
    return service.peer.table if isinstance(service.peer, DeclaredPeer) else {}


def written(declared: OidcClient) -> dict[str, Json]:
    """As it stands in the database."""
    table: dict[str, Json] = DECLARED.dump_python(declared, mode="json", exclude_defaults=True)
    return table
