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

SELF_TEST: Final = "hub.card_host"
"""Borrows names as plugins do, also while the host is closed; no plugin is so called."""

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

    def lend(self, plugin: str, return_url: str) -> str:
        """Whether the host is open or not: see `CardHost.fresh`."""
        # A name has one case and 63 characters; whoever guesses it could end the try, no more.
        label = b32encode(secrets.token_bytes(20)).decode().lower()
        until = (self.clock() + PATIENCE).isoformat()
        content = {"plugin": plugin, "return": return_url, "until": until}
        self.names.put(label, content, seconds=int(REMEMBERED.total_seconds()))
        return f"https://{label}.{self.domain}/"

    def label(self, host: str) -> str | None:
        """The name a `Host` header means; empty: one never lent; `None`: not of this domain."""
        asked, domain = _bare(host), _bare(self.domain)
        if not domain or f".{asked}"[-len(domain) - 1 :] != f".{domain}":
            return None
        label = asked.removesuffix(domain).removesuffix(".")
        return label if _LABEL.fullmatch(label) else ""

    def received(self, label: str, certificate: bytes | None) -> str:
        """Where the browser goes that showed *certificate*, as DER, under the name *label*."""
        content = self.names.take(label)
        plugin = str(content["plugin"]) if content else ""
        if content is None or not (plugin == SELF_TEST or self.open()):
            return f"{self.public_address}/"
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

    @property
    def there(self) -> bool:
        return bool(self.hosts.domain) and self.hosts.open()

    def fresh(self, return_url: str) -> str | None:
        return self.hosts.lend(self.plugin, return_url) if self.there else None


def _bare(host: str) -> str:
    # A proxy that forwards `Host` without the port, or a name with its last dot, means the same.
    return host.lower().partition(":")[0].removesuffix(".")
