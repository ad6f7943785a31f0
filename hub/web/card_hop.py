"""The one header by which a proxy hands over a card's certificate, and who is believed to.

Its value is the shared secret, a blank, then the certificate: PEM escaped as an address is
(nginx, `$ssl_client_escaped_cert`) or DER in base64 (HAProxy, `ssl_c_der,base64`); nothing after
the secret when the browser showed none. One header and not two: what a browser adds under the same
name, or one that a server takes for the same (`Hub_Card`), can then only spoil the whole.
"""

import hmac
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias
from urllib.parse import unquote

from hub.contract.values import value
from hub.web.card_host import LARGEST_CERTIFICATE

HEADER: Final = "Hub-Card"
LARGEST_HEADER: Final = 5 * LARGEST_CERTIFICATE
"""Base64 makes four characters of three bytes; escaped, each may become three more."""

_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_END: Final = "-----END CERTIFICATE-----"

Network: TypeAlias = IPv4Network | IPv6Network


class NotBelieved(StrEnum):
    """Why nothing of a request for the card host is believed; for the operator."""

    HOP = "wrong_hop"
    """It comes from another network, or round the proxies that must stand in front."""
    ABSENT = "no_header"
    DOUBLED = "doubled_header"
    SECRET = "wrong_secret"  # noqa: S105
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    MAIN_HOST = "main_host"
    """The header came with a request for the hub's own address, where nobody sets it."""


@value
class Sent:
    """What one request says, each as it stood on the wire; *header* is `None` when absent."""

    peer: str
    forwarded: str
    header: str | None = field(repr=False)


@value
class Shown:
    certificate: bytes | None
    """DER, of which nothing is known but that its key was at the other end."""


@value
class Hop:
    """The proxy that is believed. Its word is: this certificate was shown; never: it is good."""

    secret: str = field(repr=False)
    networks: Sequence[Network]
    proxies: int
    """How many entries `X-Forwarded-For` has at least."""

    def shown(self, sent: Sent) -> Shown | NotBelieved:
        if not self._stands_here(sent):
            return NotBelieved.HOP
        if sent.header is None:
            return NotBelieved.ABSENT
        if len(sent.header) > LARGEST_HEADER:
            return NotBelieved.TOO_LARGE
        # RFC 9110 5.3: two of one name stand joined by a comma, which neither form contains.
        if "," in sent.header:
            return NotBelieved.DOUBLED
        secret, _, certificate = sent.header.partition(" ")
        if not hmac.compare_digest(secret.encode(), self.secret.encode()):
            return NotBelieved.SECRET
        return _shown(certificate.strip())

    def _stands_here(self, sent: Sent) -> bool:
        try:
            peer = ip_address(sent.peer)
        except ValueError:
            return False
        passed = [each for each in sent.forwarded.split(",") if each.strip()]
        plain = (isinstance(peer, IPv6Address) and peer.ipv4_mapped) or peer
        return len(passed) >= self.proxies and any(plain in each for each in self.networks)


def _shown(text: str) -> Shown | NotBelieved:
    if not text:
        return Shown(certificate=None)
    try:
        der = b64decode(_body(text), validate=True)
    except ValueError:
        return NotBelieved.MALFORMED
    if len(der) > LARGEST_CERTIFICATE:
        return NotBelieved.TOO_LARGE
    return Shown(certificate=der) if der else NotBelieved.MALFORMED


def _body(text: str) -> str:
    """The base64 of DER. Raise `ValueError` for a PEM that is not one certificate and no more."""
    if "%" not in text and "-" not in text:
        return text
    pem = unquote(text, errors="strict").strip()
    inside = pem.removeprefix(_BEGIN).removesuffix(_END)
    if len(pem) - len(inside) != len(_BEGIN) + len(_END):
        raise ValueError("no PEM of a certificate")
    return "".join(inside.split())
