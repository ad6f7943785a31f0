"""Shows that a forged certificate is worth nothing: sends one as a stranger would, and looks."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog

from hub.broker.returning import WebReturning
from hub.contract.values import value
from hub.web.card_gate import CardGate, Gate
from hub.web.card_hop import HEADER
from hub.web.card_host import SELF_TEST, CardHosts

PLACE: Final = "/card-host-test"
_FORGED: Final = "Zm9yZ2VkIGNlcnRpZmljYXRl"
# What proxies are taught to add by their manuals: whoever forges one tries them all.
_NAMES: Final = (
    HEADER,
    "Client-Cert",
    "X-Client-Cert",
    "X-SSL-Cert",
    "X-SSL-Client-Cert",
    "SSL-Client-Cert",
    "X-Forwarded-Client-Cert",
)
_PATIENCE: Final = 3.0
_AGAIN: Final = timedelta(hours=1)
_SOON: Final = timedelta(seconds=1)
_SELDOM: Final = timedelta(minutes=1)
_log: Final = structlog.get_logger("hub.card_host")


@value
class Reach:
    """How this machine gets to what browsers get to."""

    at: str = ""
    """Address and port in the place of what the DNS says."""
    trusted: ssl.SSLContext | None = None
    transport: httpx.BaseTransport | None = None
    """In the place of the network."""


class CardSelfTest:
    """Each process's own: what it finds opens or closes the card host there."""

    def __init__(self, hosts: CardHosts, gate: CardGate, reach: Reach) -> None:
        self._hosts = hosts
        self._gate = gate
        self._reach = reach

    def run(self) -> Gate:
        """What is true now; whoever came while it was closed was offered other ways."""
        found, before = self._found(), self._gate.standing
        if found is Gate.UNPROVED and before is Gate.OPEN:
            # What was shown stands until something else is: a lost packet closes nothing.
            return before
        if found is not before:
            told = _log.info if found is Gate.OPEN else _log.error
            told("card_host.tested", found=found.value, before=before.value)
        self._gate.standing = found
        return found

    def watch(self, pause: Callable[[float], object] = threading.Event().wait) -> None:
        """Test for ever, in a thread that ends with the process; *pause* waits for seconds."""

        def turn() -> None:
            wait = _SOON
            while True:
                opened = self.run() is Gate.OPEN
                pause((_AGAIN if opened else wait).total_seconds())
                wait = _SOON if opened else min(2 * wait, _SELDOM)

        threading.Thread(target=turn, name="card-host-test", daemon=True).start()

    def _found(self) -> Gate:
        """The worst of what the ways in show; the way cards come must show that it works."""
        seen = [self._way_in(host) for host in self._addresses()]
        if Gate.UNSAFE in seen:
            return Gate.UNSAFE
        return seen[0]

    def _addresses(self) -> Iterator[str]:
        """Whose TLS is asked: the card host's, and the main one's in which names are mixed up."""
        yield self._hosts.domain
        yield urlsplit(self._hosts.public_address).netloc

    def _way_in(self, site: str) -> Gate:
        card = self._hosts.lend(SELF_TEST, PLACE)
        named = urlsplit(card).netloc
        outside = named if site == self._hosts.domain else site
        with suppress(httpx.HTTPError, OSError):
            return self._judged(self._sent(outside, {"Host": named, **self._forged()}))
        return Gate.UNPROVED

    def _forged(self) -> Mapping[str, str]:
        return dict.fromkeys(_NAMES, _FORGED)

    def _sent(self, site: str, headers: Mapping[str, str]) -> httpx.Response:
        reach = self._reach
        name = site.partition(":")[0]
        # Neither proxies nor passwords of the environment: it goes where browsers go.
        with httpx.Client(
            verify=reach.trusted or True,
            transport=reach.transport,
            timeout=_PATIENCE,
            trust_env=False,
        ) as client:
            return client.get(
                f"https://{reach.at or site}/", headers=headers, extensions={"sni_hostname": name}
            )

    def _judged(self, answer: httpx.Response) -> Gate:
        back = answer.headers.get("Location", "")
        path, _, ticket = back.removeprefix(self._hosts.public_address).partition("?ticket=")
        if path != PLACE:
            return Gate.MISFIT if answer.status_code == 400 else Gate.UNPROVED
        laid = WebReturning(self._hosts.returning, SELF_TEST).taken(path, ticket)
        if laid is None:
            return Gate.UNPROVED
        return Gate.UNSAFE if laid.certificate else Gate.OPEN
