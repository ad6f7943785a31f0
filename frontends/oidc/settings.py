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
    publish_before: timedelta = timedelta(days=1)
    """How long a new key is published before it signs: as long as services keep the old set."""
    publish_after: timedelta = timedelta(days=2)
    """How long a former key is still published: a day at least, as long as tokens are shown."""
    lifetimes: Lifetimes = Lifetimes()
    """`[plugin.oidc.lifetimes]`: how long refresh tokens are good, and grants at all."""


SETTINGS: Final = TypeAdapter(OidcSettings)


def oidc_settings(settings: Settings) -> OidcSettings:
    """The section with its paths made whole, or every contradiction in it."""
    given = settings.section("oidc", OidcSettings)
    if errors := [ConfigError(f"plugin.oidc.{key}", said) for key, said in _problems(given)]:
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
