"""Puts the card host together from its settings, or says what is wrong with them."""

import ssl
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_network

from hub.card_self_test import CardSelfTest, Reach
from hub.card_settings import SHORTEST_SECRET, problems
from hub.configuration import Configuration
from hub.contract.errors import ConfigError, ConfigErrors
from hub.contract.toolbox import OneTimeBox
from hub.contract.values import value
from hub.web.card_door import CardDoor
from hub.web.card_gate import CardGate, Gate
from hub.web.card_hop import Hop
from hub.web.card_host import CardHosts
from hub.web.metrics import Metrics


@value
class Boxes:
    """What the card host keeps for a moment."""

    names: OneTimeBox
    returning: OneTimeBox
    clock: Callable[[], datetime]


@value
class CardHosting:
    hosts: CardHosts
    gate: CardGate
    door: CardDoor
    test: CardSelfTest | None
    """`None`: no proxy is believed, so there is nothing that could be forged."""

    @property
    def standing(self) -> str:
        """One word for readiness; empty where cards are not shown by TLS."""
        return self.gate.standing.value if self.hosts.domain else ""


def card_hosting(configuration: Configuration, boxes: Boxes, metrics: Metrics) -> CardHosting:
    """Raise what is wrong where a certificate could be believed that was never shown."""
    given = configuration.hub.card_host
    hub = configuration.hub
    wrong = list(problems(given, hub.public_address, hub.trusted_hops))
    if wrong:
        raise ConfigErrors(wrong)
    hop = _hop(configuration) if given.secret_file else None
    gate = CardGate(Gate.UNPROVED if hop else Gate.OPEN)
    hosts = CardHosts(
        domain=given.domain.lower(),
        public_address=hub.public_address,
        names=boxes.names,
        returning=boxes.returning,
        clock=boxes.clock,
        open=lambda: gate.open,
    )
    return CardHosting(
        hosts=hosts,
        gate=gate,
        door=CardDoor(hosts=hosts, hop=hop, metrics=metrics),
        test=CardSelfTest(hosts, gate, _reach(configuration)) if hop else None,
    )


def _hop(configuration: Configuration) -> Hop:
    given = configuration.hub.card_host
    at = "card_host.secret_file"
    secret = configuration.secret(given.secret_file, at)
    if len(secret) < SHORTEST_SECRET or not (secret.isascii() and secret.isalnum()):
        problem = f"must hold {SHORTEST_SECRET} letters and digits or more, and nothing else"
        raise ConfigError(at, problem)
    return Hop(
        secret=secret,
        networks=[ip_network(each) for each in given.hops],
        proxies=configuration.hub.trusted_hops,
    )


def _reach(configuration: Configuration) -> Reach:
    given = configuration.hub.card_host
    if not given.authorities:
        return Reach(at=given.reached_at)
    try:
        trusted = ssl.create_default_context(cafile=configuration.file(given.authorities))
    except (OSError, ValueError) as error:
        at = "card_host.authorities"
        raise ConfigError(at, f"holds no certificates: {error}") from None
    return Reach(at=given.reached_at, trusted=trusted)
