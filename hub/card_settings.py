"""`[card_host]` in hub.toml: the host that asks browsers for a card's certificate."""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

from hub.contract.errors import ConfigError
from hub.contract.values import value

SHORTEST_SECRET: Final = 32
_DOMAIN: Final = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?[.])+[A-Za-z]+(:[0-9]{1,5})?")
_LISTEN: Final = re.compile(r".+:[0-9]{1,5}")


@value
class CardHostSettings:
    """Where cards are shown by TLS (route A); without `domain` there is no such place."""

    domain: str = ""
    """Each try gets a name of its own below it, `<one-time>.card.region.example`: a wildcard in the
    DNS and in the server's certificate. With `:port` where browsers do not come by 443."""
    listen: str = ""
    """Address and port of the hub's own listener for it; empty: a proxy of yours receives cards."""
    certificate: str = ""
    """Of the own listener, with the issuing ones: a PEM file, good for `*.<domain>`."""
    key: str = ""
    """Its private key, unreadable for others on the machine."""
    issuers: str = ""
    """A PEM file of authorities: browsers offer only certificates these issued. Empty: any. What a
    certificate is worth is judged elsewhere."""
    secret_file: str = ""
    """Shared with the proxy that receives cards: 32 characters or more, unreadable for others on
    the machine. Empty: no proxy is believed."""
    hops: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """The networks that proxy connects from."""
    reached_at: str = ""
    """Address and port by which this machine reaches what browsers reach, for the test that a
    forged certificate is refused; empty: as the DNS says."""
    authorities: str = ""
    """A PEM file trusted in that test, in the place of the public authorities."""


def problems(
    given: CardHostSettings, public_address: str, trusted_hops: int
) -> Iterator[ConfigError]:
    """What its keys may not say, alone or together; nothing for one that is not configured."""
    at = "card_host"
    if not given.domain:
        if given != CardHostSettings():
            yield ConfigError(f"{at}.domain", "is needed: browsers are sent to names below it")
        return
    if not _DOMAIN.fullmatch(given.domain):
        yield ConfigError(f"{at}.domain", "must be a domain name, as `card.region.example`")
    if _below(urlsplit(public_address).hostname or "", given.domain):
        yield ConfigError(f"{at}.domain", "must not hold the hub's own address: cards alone do")
    if not (given.listen or given.secret_file):
        yield ConfigError(at, "needs `listen`, or `secret_file` for a proxy: nobody receives cards")
    if given.listen and not _LISTEN.fullmatch(given.listen):
        yield ConfigError(f"{at}.listen", "must be address and port, as `0.0.0.0:8443`")
    if given.listen and not (given.certificate and given.key):
        yield ConfigError(f"{at}.certificate", "is needed with `listen`, and `key`")
    if given.secret_file and not trusted_hops:
        # With none, what stands in X-Forwarded-For is not looked at: anybody may be in front.
        yield ConfigError("trusted_hops", "must count the proxy that receives cards")
    yield from _unreadable_networks(given, at)


def _below(host: str, domain: str) -> bool:
    return f".{host}".endswith(f".{domain.lower().partition(':')[0]}")


def _unreadable_networks(given: CardHostSettings, at: str) -> Iterator[ConfigError]:
    for each in given.hops:
        try:
            ip_network(each)
        except ValueError as error:
            yield ConfigError(f"{at}.hops", str(error))
