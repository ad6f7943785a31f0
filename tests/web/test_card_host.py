"""Where cards are shown: which name, by whom it was lent, how often and how long it serves."""

from datetime import timedelta

import pytest

from hub.broker.returning import WebReturning
from hub.contract.steps import Answer
from hub.testing.toolbox import MemoryClock, MemoryOneTime
from hub.web.card_host import PATIENCE, REMEMBERED, CardHosts

HUB = "https://hub.test"
BACK = "/login/l-1/cps"


class Hosts:
    """The card host over a store in memory, and the pages that take what comes back."""

    def __init__(self, domain: str = "card.hub.test") -> None:
        self.time = MemoryClock()
        self.open = True
        self.box = MemoryOneTime(self.time)
        self.cards = CardHosts(
            domain=domain,
            public_address=HUB,
            names=MemoryOneTime(self.time),
            returning=self.box,
            clock=self.time,
            open=lambda: self.open,
        )

    def label(self, plugin: str = "cps") -> str:
        address = self.cards.lent_to(plugin).fresh(BACK)
        assert address is not None
        return address.removeprefix("https://").partition(".")[0]

    def taken(self, address: str, plugin: str = "cps") -> Answer | None:
        path, _, ticket = address.removeprefix(HUB).partition("?ticket=")
        return WebReturning(self.box, plugin).taken(path, ticket)


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


def test_a_certificate_comes_back_to_where_it_was_asked(hosts: Hosts) -> None:
    address = hosts.cards.received(hosts.label(), b"der")
    assert address.startswith(f"{HUB}{BACK}?ticket=")
    assert hosts.taken(address) == Answer(certificate=b"der")


def test_each_try_has_a_name_of_its_own(hosts: Hosts) -> None:
    assert len({hosts.label() for _ in range(20)}) == 20


def test_a_name_takes_one_certificate(hosts: Hosts) -> None:
    label = hosts.label()
    hosts.cards.received(label, b"der")
    assert hosts.cards.received(label, b"of another card") == f"{HUB}/"


def test_what_nobody_lent_takes_none(hosts: Hosts) -> None:
    assert hosts.cards.received("a" * 32, b"der") == f"{HUB}/"


def test_the_answer_is_for_the_plugin_that_asked(hosts: Hosts) -> None:
    address = hosts.cards.received(hosts.label("other"), b"der")
    assert hosts.taken(address, "cps") is None


def test_whoever_shows_none_is_led_back_and_told(hosts: Hosts) -> None:
    answer = hosts.taken(hosts.cards.received(hosts.label(), None))
    assert answer and answer.refused
    assert (answer.refused.code, answer.refused.counts) == ("cps.no_certificate", False)


def test_a_card_shown_too_late_is_not_taken(hosts: Hosts) -> None:
    label = hosts.label()
    hosts.time.now += PATIENCE
    answer = hosts.taken(hosts.cards.received(label, b"der"))
    assert answer and answer.refused and answer.certificate is None
    assert answer.refused.code == "cps.timeout"


def test_much_too_late_leads_to_the_front_page(hosts: Hosts) -> None:
    label = hosts.label()
    hosts.time.now += REMEMBERED + timedelta(seconds=1)
    assert hosts.cards.received(label, b"der") == f"{HUB}/"


def test_a_closed_host_lends_and_takes_nothing(hosts: Hosts) -> None:
    label = hosts.label()
    hosts.open = False
    assert hosts.cards.lent_to("cps").fresh(BACK) is None
    assert hosts.cards.received(label, b"der") == f"{HUB}/"


def test_without_a_domain_there_is_no_card_host() -> None:
    none = Hosts(domain="").cards
    assert none.lent_to("cps").fresh(BACK) is None
    assert none.label("anything.test") is None


@pytest.mark.parametrize(
    ("host", "label"),
    [
        ("a" * 32 + ".card.hub.test", "a" * 32),
        ("A" * 32 + ".CARD.hub.test", "a" * 32),
        ("short.card.hub.test", ""),
        ("a.b.card.hub.test", ""),
        ("card.hub.test", ""),
        ("card.hub.test.", ""),
        ("a" * 32 + ".card.hub.test:443", "a" * 32),
        ("a" * 32 + "xcard.hub.test", None),
        ("hub.test", None),
        ("a" * 32 + ".card.hub.test.evil.test", None),
        ("", None),
    ],
)
def test_a_name_is_known_by_its_shape_and_place(hosts: Hosts, host: str, label: str | None) -> None:
    assert hosts.cards.label(host) == label


def test_the_port_of_the_domain_stands_in_addresses() -> None:
    hosts = Hosts(domain="card.hub.test:8443")
    address = hosts.cards.lent_to("cps").fresh(BACK)
    assert address and address.endswith(".card.hub.test:8443/")
    assert hosts.cards.label("b" * 32 + ".card.hub.test:8443") == "b" * 32
    assert hosts.cards.label("b" * 32 + ".card.hub.test") == "b" * 32
