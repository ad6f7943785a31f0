"""The cookies of the hub's address, and what a request tells of the browser that sent it.

Plain strings in, plain strings out: the pages and the protocol side read the same browser.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from hub.contract.values import value
from hub.broker.outcomes import Browser
from hub.broker.records import SessionKey

Network = IPv4Network | IPv6Network
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_YEAR: Final = 31_536_000
_MONTH: Final = 2_592_000
_SHARED: Final = "1"
_LONGEST_HEADER: Final = 8192
_LONGEST_ADDRESS: Final = 64

_MAKES: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


class SharedBy(StrEnum):
    """Who says that a workstation is one of many people."""

    NOBODY = ""
    PERSON = "person"
    NETWORK = "network"
    PROGRAM = "program"
    """One that those who run the workstation put on it: its word came with a proof."""


@value
class Headers:
    """What one request says of its sender, each as it stood on the wire, empty when absent."""

    cookie: str = ""
    peer: str = ""
    """The address that opened the connection: `REMOTE_ADDR`."""
    forwarded: str = ""
    """`X-Forwarded-For`: believed only as far as there are trusted hops."""
    agent: str = ""


@value
class Visitor:
    browser: Browser
    fresh: bool
    """True: it sent no binding cookie, and must be given one with the answer."""
    language: str | None
    """The language chosen by the person, when one was."""
    shared_by: SharedBy = SharedBy.NOBODY
    """Who says that many people use it."""


class Cookies:
    """Reads and writes the cookies: session key, browser binding, language, shared workstation."""

    def __init__(self, *, secure: bool, hops: int = 0, shared: Sequence[Network] = ()) -> None:
        """*shared*: the networks whose workstations many people use."""
        # Without https browsers refuse the prefix; only demo and test may be so addressed.
        prefix = "__Host-" if secure else "hub_"
        self.session_name = "__Host-hub" if secure else "hub_session"
        self.browser_name = f"{prefix}browser"
        self.language_name = f"{prefix}language"
        self.shared_name = f"{prefix}shared"
        self.told_name = f"{prefix}told-shared"
        self._tail = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
        self._hops = hops
        self._shared = shared

    def read(self, headers: Headers) -> Visitor:
        sent = _parsed(headers.cookie)
        key = _matching(_TOKEN, sent.get(self.browser_name))
        session = _matching(_TOKEN, sent.get(self.session_name))
        shared_by = self._shared_by(sent, headers)
        browser = Browser(
            key=key or secrets.token_urlsafe(16),
            session=SessionKey(session) if session else None,
            source=self.source(headers),
            device=device(headers.agent),
            shared=shared_by is not SharedBy.NOBODY,
            always_shared=shared_by in (SharedBy.NETWORK, SharedBy.PROGRAM),
        )
        language = _matching(_LANGUAGE, sent.get(self.language_name))
        return Visitor(browser=browser, fresh=key is None, language=language, shared_by=shared_by)

    @property
    def behind_a_hop(self) -> bool:
        """Whether a proxy we trust stands before us, and what it says may be believed."""
        return self._hops > 0

    def source(self, headers: Headers) -> str:
        """The network alone, for who sends no cookies."""
        return network(headers.peer, headers.forwarded, self._hops)

    def _shared_by(self, sent: Mapping[str, str], headers: Headers) -> SharedBy:
        if self._in_shared_network(headers):
            return SharedBy.NETWORK
        if sent.get(self.told_name) == _SHARED:
            return SharedBy.PROGRAM
        return SharedBy.PERSON if sent.get(self.shared_name) == _SHARED else SharedBy.NOBODY

    def _in_shared_network(self, headers: Headers) -> bool:
        if not self._shared:
            return False
        told = _before(headers.forwarded, self._hops) if self._hops else ""
        here = _address(told[:_LONGEST_ADDRESS]) or _address(headers.peer)
        return here is not None and any(here in each for each in self._shared)

    def share(self, shared: bool) -> str:
        """Kept as long as the binding: the workstation is of many, whoever comes next."""
        lasts = _YEAR if shared else 0
        told = _SHARED if shared else "0"
        return f"{self.shared_name}={told}; Max-Age={lasts}{self._tail}"

    def share_as_told(self) -> str:
        """By a program of the workstation. A month: it says so again at each sign-in, and one that
        ceases to be shared is forgotten by itself. What the person said is kept beside it."""
        return f"{self.told_name}={_SHARED}; Max-Age={_MONTH}{self._tail}"

    def bind(self, browser: Browser) -> str:
        """The `Set-Cookie` that makes this browser known again; owed to every fresh one."""
        return f"{self.browser_name}={browser.key}; Max-Age={_YEAR}{self._tail}"

    def sign_in(self, key: SessionKey) -> str:
        """Until the browser closes: how long a session lives is the hub's to say."""
        return f"{self.session_name}={key}{self._tail}"

    def sign_out(self) -> str:
        return f"{self.session_name}=; Max-Age=0{self._tail}"

    def speak(self, language: str) -> str:
        return f"{self.language_name}={language}; Max-Age={_YEAR}{self._tail}"


def network(peer: str, forwarded: str, hops: int) -> str:
    """The network the request came from: `192.0.2.0/24`, `2001:db8:1::/48`, or empty."""
    told = _before(forwarded, hops)[:_LONGEST_ADDRESS] if hops else ""
    return _network_of(told) or _network_of(peer)


def device(agent: str) -> str:
    """`Firefox, Windows`; empty for what is no browser we know."""
    make = next((name for mark, name in _MAKES if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (make, system)))


def _before(forwarded: str, hops: int) -> str:
    # Only the last entries were written by machines we trust; the sender invents the others.
    entries = [entry.strip() for entry in forwarded.split(",")]
    return entries[-hops] if len(entries) >= hops else ""


@lru_cache(maxsize=1024)
def _network_of(text: str) -> str:
    address = _address(text)
    if address is None:
        return ""
    # One person holds a whole /64 and more: counting single addresses would stop nobody.
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(_without_port(text))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _parsed(header: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in header[:_LONGEST_HEADER].split(";"))
    return {name.strip(): text.strip() for name, _, text in pairs}


def _matching(pattern: re.Pattern[str], text: str | None) -> str | None:
    return text if text and pattern.fullmatch(text) else None


def _without_port(text: str) -> str:
    """Some proxies write `192.0.2.1:5312`, and `[2001:db8::1]:5312`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
