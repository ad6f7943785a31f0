"""What an operator may change of a shipped policy, and the policy that makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, date, datetime

from hub import ConfigError, ConfigErrors, Level, value

from .table import TablePolicy, Worth

LADDER = ("none", "simple", "strong", "certified")

# eIDAS LoA/high is named by nobody here: the hub holds no attestation for it.
ALIASES: Mapping[str, str] = {
    "urn:oasis:names:tc:SAML:2.0:ac:classes:Password": "simple",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport": "simple",
    "https://refeds.org/profile/sfa": "simple",
    "http://eidas.europa.eu/LoA/low": "simple",
    "https://refeds.org/profile/mfa": "strong",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract": "strong",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken": "strong",
    "http://eidas.europa.eu/LoA/substantial": "certified",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard": "certified",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI": "certified",
}

WORTH = Worth(
    alone={"password": "simple", "provider": "simple", "card": "certified", "psc": "certified"}
    | dict.fromkeys(("psc_card", "psc_mobile", "psc_passkey", "psc_delegated"), "certified"),
    two_factors="strong",
    discounted=frozenset(),
    until={},
    vouched={
        "http://eidas.europa.eu/LoA/substantial": "certified",
        "http://eidas.europa.eu/LoA/high": "certified",
    },
    vouching=frozenset(),
)


@value
class PolicySettings:
    """Changes to a shipped policy. Levels are called by their built-in names here."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Another name for a level: `strong = "forte"`."""
    acrs: Mapping[str, str] = field(default_factory=dict)
    """Another acr on the wire: `strong = "https://region.example/acr/2"`."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """More names services may ask by, and their level; `none` takes a shipped one away."""
    vouched: Mapping[str, str] = field(default_factory=dict)
    """What a provider's acr is worth, beside the shipped ones."""
    vouching: tuple[str, ...] = ()
    """Providers (issuers) believed above `simple`; empty: every one that is enabled."""
    sms_until: date | None = None
    """The first day, in UTC, on which a code by SMS no longer counts."""


def table_policy(name: str, settings: PolicySettings, worth: Worth) -> TablePolicy:
    """Raise `ConfigErrors` naming every key that speaks of a level nobody knows, or takes the
    name of another."""
    if errors := [*_unknown_levels(name, settings), *_taken(name, settings)]:
        raise ConfigErrors(errors)
    rungs = {each: _rung(rank, each, settings) for rank, each in enumerate(LADDER)}
    aliases = {**ALIASES, **settings.aliases}
    named = {alias: rungs[level] for alias, level in aliases.items() if level != "none"}
    return TablePolicy(name, rungs, named, _changed(worth, settings))


def _rung(rank: int, name: str, settings: PolicySettings) -> Level:
    acr = settings.acrs.get(name, _acr(name))
    return Level(rank, settings.names.get(name, name), acr)


def _changed(worth: Worth, settings: PolicySettings) -> Worth:
    until = dict(worth.until)
    if settings.sms_until:
        day = settings.sms_until
        until["sms"] = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return replace(
        worth,
        until=until,
        vouched={**worth.vouched, **settings.vouched},
        vouching=frozenset(settings.vouching),
    )


def _unknown_levels(policy: str, settings: PolicySettings) -> Sequence[ConfigError]:
    said = [
        *((f"names.{level}", level) for level in settings.names),
        *((f"acrs.{level}", level) for level in settings.acrs),
        *((f"aliases.{alias}", level) for alias, level in settings.aliases.items()),
        *((f"vouched.{acr}", level) for acr, level in settings.vouched.items()),
    ]
    known = ", ".join(LADDER)
    return [
        ConfigError(f"plugin.{policy}.{key}", f"no level {level!r}; there are {known}")
        for key, level in said
        if level not in LADDER
    ]


def _taken(policy: str, settings: PolicySettings) -> Iterator[ConfigError]:
    """A lower level that answers to what a higher one is called by opens whatever asks for that:
    the consoles by its built-in name, a service by its acr or by an alias.
    """
    own = {alias: level for alias, level in settings.aliases.items() if level != "none"}
    shipped = {alias: level for alias, level in ALIASES.items() if alias not in settings.aliases}
    belongs = {each: each for each in LADDER} | {_acr(each): each for each in LADDER}
    said = [
        *((f"aliases.{alias}", alias, level) for alias, level in own.items()),
        *((f"aliases.{alias}", alias, level) for alias, level in shipped.items()),
        *((f"names.{level}", name, level) for level, name in settings.names.items()),
        *((f"acrs.{level}", acr, level) for level, acr in settings.acrs.items()),
    ]
    for key, text, level in said:
        if belongs.setdefault(text, level) != level:
            path = f"plugin.{policy}.{key}"
            yield ConfigError(path, f"{text!r} is the level {belongs[text]!r} already")


def _acr(level: str) -> str:
    return f"urn:hub:acr:{level}"
