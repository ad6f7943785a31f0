"""Which providers are silent: the same for every process, for as long as it is likely true."""

import pytest

from hub.contract.errors import StoreUnavailable
from hub.contract.providers import ProviderRefused
from hub.federation.hearing import Hearing
from hub.people.degraded import Ailing
from hub.store.database import Database
from hub.store.faring import SqlFaring
from hub.store.providers_faring import KeptProvidersFaring
from hub.store.sealing import KeyRing
from tests.store.faring import NOON, Hub


class Says:
    """A backend that goes on saying whether its provider answers."""

    def __init__(self, well: bool) -> None:
        self._well = well

    def answers(self) -> bool:
        return self._well


@pytest.fixture
def hub(database: Database, keys: KeyRing) -> Hub:
    return Hub(database, keys)


def kept(hub: Hub, book: type[SqlFaring] = SqlFaring) -> KeptProvidersFaring:
    """What one more process says of the providers."""
    return KeptProvidersFaring(hub.process(book), hub.clock)


def test_what_one_process_finds_another_says_within_seconds(hub: Hub) -> None:
    one, other = kept(hub), kept(hub)
    assert other.silent() == {}
    one.told("psc", False)
    assert one.silent() == {"psc": NOON}
    hub.later(seconds=5)
    assert other.silent() == {"psc": NOON}


def test_nobody_is_refused_of_whom_the_button_warns_nobody(hub: Hub) -> None:
    """One process reaches it, the other goes on with what it found a minute ago."""
    one, other = kept(hub), kept(hub)
    cut_off, reaching = Hearing("psc", Says(False), one), Hearing("psc", Says(True), other)
    refused = [_refused(cut_off)]
    hub.later(seconds=6)
    reaching.before()
    reaching.left()
    for _ in range(40):
        hub.later(seconds=6)
        tried = _refused(cut_off)
        assert not tried or "psc" in one.silent()
        refused.append(tried)
    # Once more a minute later, when its own finding is written again, and then on the button.
    assert refused == [True, *[False] * 8, True, *[False] * 31]


def _refused(heard: Hearing) -> bool:
    try:
        heard.before()
    except ProviderRefused:
        return True
    return False


def test_its_documents_and_its_answers_are_one_provider_and_recover_apart(hub: Hub) -> None:
    one = kept(hub)
    one.told("psc", False)
    hub.later(minutes=1)
    one.told("psc/metadata", False)
    assert one.silent() == {"psc": NOON}
    one.told("psc/metadata", True)
    assert one.silent() == {"psc": NOON}
    one.told("psc", True)
    assert one.silent() == {}


def test_a_failure_is_forgotten_a_quarter_of_an_hour_after_it_was_last_met(hub: Hub) -> None:
    one = kept(hub)
    one.told("psc", False)
    for _ in range(4):
        hub.later(minutes=10)
        one.told("psc", False)
        # It goes on, and since when is what it was.
        assert one.silent() == {"psc": NOON}
    hub.later(minutes=16)
    assert one.silent() == {}
    one.told("psc", False)
    assert one.silent() == {"psc": hub.now}


def test_a_failure_that_goes_on_is_written_each_five_minutes_only(hub: Hub) -> None:
    one, other = kept(hub), kept(hub)
    for _ in range(60):
        one.told("psc", False)
        other.told("psc", False)
        hub.later(seconds=10)
    # Each process once when it finds out, then one of them again.
    assert hub.actions() == ["provider.failing"] * 3


def test_a_carrier_that_fails_is_no_provider(hub: Hub) -> None:
    book = hub.process()
    book.told("carrier", "smtp", False)
    hub.later(hours=1)
    assert book.ailing() == [Ailing(kind="carrier", name="smtp", since=NOON, last=NOON)]
    assert kept(hub).silent() == {}


def test_many_pages_ask_the_database_seldom(hub: Hub) -> None:
    class Counting(SqlFaring):
        asked = 0

        def ailing(self) -> list[Ailing]:
            Counting.asked += 1
            return []

    one = kept(hub, Counting)
    for _ in range(40):
        one.silent()
        hub.later(seconds=0.5)
    assert Counting.asked == 4


def test_a_database_away_says_nothing_of_anybody(hub: Hub) -> None:
    class Away(SqlFaring):
        def ailing(self) -> list[Ailing]:
            raise StoreUnavailable

    assert kept(hub, Away).silent() == {}
