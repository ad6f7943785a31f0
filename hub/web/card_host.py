"""The names under which cards are shown: each lent for one try, each good for one certificate."""

import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from hub.broker.returning import WebReturning
from hub.contract.card_host import CardHost
from hub.contract.steps import Answer, Refusal
from hub.contract.toolbox import OneTimeBox
from hub.contract.values import Clock, value

LARGEST_CERTIFICATE: Final = 16_384
"""Bytes of DER. A card's holds under two thousand."""
PATIENCE: Final = timedelta(minutes=5)
"""To find the card, choose the certificate, type the PIN."""
REMEMBERED: Final = timedelta(hours=1)
"""How long somebody who comes too late is still led back to where they were."""

_LABEL: Final = re.compile(r"[a-z2-7]{32}")


@value
class CardHosts:
    """All names below one domain. Knows neither TLS nor HTTP: it is told what was received."""

    domain: str
    """As addresses have it, with its port where there is one."""
    public_address: str
    names: OneTimeBox
    returning: OneTimeBox
    clock: Clock
    open: Callable[[], bool]
    """False: certificates that arrive here cannot be believed, and nobody is sent."""

    def lent_to(self, plugin: str) -> CardHost:
        return _Lent(hosts=self, plugin=plugin)

    def lend(self, plugin: str, return_url: str) -> str | None:
        if not self.domain or not self.open():
            return None
        # A name has one case and 63 characters; whoever guesses it could end the try, no more.
        label = b32encode(secrets.token_bytes(20)).decode().lower()
        until = (self.clock() + PATIENCE).isoformat()
        content = {"plugin": plugin, "return": return_url, "until": until}
        self.names.put(label, content, seconds=int(REMEMBERED.total_seconds()))
        return f"https://{label}.{self.domain}/"

    def label(self, host: str) -> str | None:
        """Which name a `Host` header means; empty: one that cannot be ours; `None`: none below."""
        first, _, rest = host.lower().partition(".")
        if not self.domain or not _same(rest, self.domain):
            return None
        return first if _LABEL.fullmatch(first) else ""

    def received(self, label: str, certificate: bytes | None) -> str:
        """Where the browser goes that showed *certificate*, as DER, under the name *label*."""
        content = self.names.take(label) if self.open() else None
        if content is None:
            return f"{self.public_address}/"
        plugin = str(content["plugin"])
        late = self.clock() >= datetime.fromisoformat(str(content["until"]))
        answer = _answer(plugin, certificate, late=late)
        # To whoever showed the card, not to whoever asked for the name: a link sent to somebody
        # else proves nothing in the browser of the sender.
        back = WebReturning(self.returning, plugin).bring_back(str(content["return"]), answer)
        return f"{self.public_address}{back}"


def _answer(plugin: str, certificate: bytes | None, *, late: bool) -> Answer:
    if certificate is None:
        return Answer(refused=Refusal(code=f"{plugin}.no_certificate", counts=False))
    if late:
        return Answer(refused=Refusal(code=f"{plugin}.timeout", counts=False))
    return Answer(certificate=certificate)


@value
class _Lent:
    """Implements `hub.contract.card_host.CardHost` for one plugin."""

    hosts: CardHosts
    plugin: str

    def fresh(self, return_url: str) -> str | None:
        return self.hosts.lend(self.plugin, return_url)


def _same(rest: str, domain: str) -> bool:
    # A proxy that forwards `Host` without the port means the same place.
    return rest in (domain, domain.partition(":")[0])
