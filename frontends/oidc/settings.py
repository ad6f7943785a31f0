"""The settings of OpenID Connect as a whole: where its signing keys stand and when they change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from pydantic import TypeAdapter

from hub import ConfigError, ConfigErrors, Settings, value

from .lives import Lifetimes

Algorithm = Literal["RS256", "PS256", "ES256", "EdDSA"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = ("RS256", "PS256", "ES256", "EdDSA")
_SHORTEST_AFTER: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


@value
class HsmToken:
    """`[plugin.oidc.hsm]`: a token behind PKCS#11. Needs the extra `hsm` of the package."""

    module: str
    """The vendor's library: `/usr/lib/softhsm/libsofthsm2.so`."""
    token: str
    """The token's label."""
    pin_file: str
    """A file that holds the user's PIN and nothing else."""


@value
class OidcSettings:
    """`[plugin.oidc]`."""

    keys: str = "secrets/oidc"
    """The folder of the signing keys when they stand in files."""
    keys_in: Literal["files", "database", "hsm"] = "files"
    """`database`: sealed there, for several nodes. `hsm`: in a token, listed in the database."""
    hsm: HsmToken | None = None
    """The token of `keys_in = "hsm"`."""
    algorithms: tuple[Algorithm, ...] = ALGORITHMS
    """What may sign; each has its own key. RS256 is demanded by the standard."""
    rotate_every: timedelta = timedelta(days=90)
    """How long one key signs."""
    pushed_requests: int = 1000
    """How many requests one service may have pushed and not used, within 90 seconds."""
    publish_before: timedelta = timedelta(days=1)
    """How long a new key is published before it signs: as long as services keep the old set."""
    publish_after: timedelta = timedelta(days=2)
    """How long a former key is still published: a day at least, as long as tokens are shown."""
    registration: Literal["closed", "token", "open"] = "closed"
    """Who may register services by themselves: nobody, who holds an initial access token (`hub
    registration-token`), or anybody, whom the operator then approves."""
    registration_approval: bool = True
    """Whether `open` waits for `hub service approve`; must be true in production."""
    registration_minimum: str = ""
    """The level of services that registered themselves, by name or acr."""
    registration_claims: tuple[str, ...] = ()
    """What they may learn: they do not choose."""
    registration_pkce: Literal["required", "optional"] = "required"
    """Whether their codes are bound to them; must be `required` in production."""
    registration_token_endpoint_audience: bool = False
    """Whether their assertions (private_key_jwt) may name the token endpoint as their audience, as
    OpenID Connect Core 9 says; without it only the issuer, which no other server can be."""
    registrations_per_hour: int = 20
    """How many may join by themselves when registration is open."""
    lifetimes: Lifetimes = Lifetimes()
    """`[plugin.oidc.lifetimes]`: how long refresh tokens are good, and grants at all."""


SETTINGS: Final = TypeAdapter(OidcSettings)


def oidc_settings(settings: Settings) -> OidcSettings:
    """The section with its paths made whole, or every contradiction in it."""
    given = settings.section("oidc", OidcSettings)
    problems = [*_problems(given), *_registration(given, settings.environment)]
    if errors := [ConfigError(f"plugin.oidc.{key}", said) for key, said in problems]:
        raise ConfigErrors(errors)
    hsm = given.hsm and replace(given.hsm, pin_file=str(settings.file(given.hsm.pin_file)))
    return replace(given, keys=str(settings.file(given.keys)), hsm=hsm)


def _problems(given: OidcSettings) -> Iterator[tuple[str, str]]:
    if (given.keys_in == "hsm") != (given.hsm is not None):
        yield "hsm", 'is needed with keys_in = "hsm", and only then'
    # OpenID Connect Discovery 3: RS256 must be among the supported.
    if "RS256" not in given.algorithms:
        yield "algorithms", "must contain RS256"
    if given.publish_after < _SHORTEST_AFTER:
        yield "publish_after", "must be a day or more: grants live that long"
    yield from (
        (f"lifetimes.{key}", f"must be between a minute and {longest}")
        for key, longest in (("idle", "longest"), ("device_idle", "device_longest"))
        if not _MINUTE <= getattr(given.lifetimes, key) <= getattr(given.lifetimes, longest)
    )
    if not timedelta(0) <= given.publish_before < given.rotate_every:
        yield "publish_before", "must be shorter than rotate_every"


def _registration(given: OidcSettings, environment: str) -> Iterator[tuple[str, str]]:
    if given.registration != "closed" and not given.registration_minimum:
        yield "registration_minimum", "is needed when services may register themselves"
    if environment == "production" and not given.registration_approval:
        yield "registration_approval", "must be true: anybody could ask people to sign in"
    if environment == "production" and given.registration_pkce != "required":
        yield "registration_pkce", "must be required: codes of strangers could be injected"
    if given.registrations_per_hour < 1:
        yield "registrations_per_hour", "must be one or more"
