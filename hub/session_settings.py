"""The shape of `[session]`: how long a sign-in lasts, and on which workstations."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from hub.contract.errors import ConfigError, ConfigErrors
from hub.contract.values import value

Network = IPv4Network | IPv6Network


@value
class SessionSettings:
    """How long a sign-in lasts."""

    idle: timedelta = timedelta(minutes=30)
    """Without a request for that long, it ends. People are warned two minutes before."""
    longest: timedelta = timedelta(hours=4)
    """Then it ends whatever happens."""
    shared_idle: timedelta = timedelta(minutes=5)
    """Instead of `idle`, on workstations of many people."""
    shared_networks: tuple[str, ...] = ()
    """Whose workstations are shared by many: `10.20.0.0/16`. Elsewhere people say so themselves."""
    per_account: int = 0
    """Sessions one account may have at once: the one used longest ago gives way, and its screen
    says why. 0: as many as it likes."""
    leaving_patience: timedelta = timedelta(seconds=5)
    """So long services that only the browser can tell may take, all at once, to say that they
    closed. Then the page goes on without whoever is silent, and says so."""


def networks_of(given: SessionSettings) -> Sequence[Network]:
    """Those of shared workstations; raise `ConfigErrors` naming each that is none."""
    found: list[Network] = []
    wrong: list[ConfigError] = []
    for each in given.shared_networks:
        try:
            found.append(ip_network(each))
        except ValueError as error:
            wrong.append(ConfigError("session.shared_networks", str(error)))
    if wrong:
        raise ConfigErrors(wrong)
    return found
