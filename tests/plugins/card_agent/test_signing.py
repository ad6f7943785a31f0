"""One card, one window, one page at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hub_plugins.card_agent.cards import Failed, Signature, State
from hub_plugins.card_agent.desk import Gone, Question
from hub_plugins.card_agent.signing import Asked
from tests.plugins.card_agent.pieces import HUB, PIN, Typist, Workstation, workstation


class Slow(Typist):
    """Has the window open until the test says otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.go = Event(), Event()
        self.meanwhile: Callable[[], None] = lambda: None

    def pin(self, question: Question, gone: Gone) -> str | Failed:
        self.open.set()
        self.meanwhile()
        assert self.go.wait(5)
        return PIN


def asked(station: Workstation) -> Asked:
    return Asked(text=station.challenge().text, origin=HUB)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def station(tmp_path: Path, key: rsa.RSAPrivateKey, slow: Slow) -> Iterator[Workstation]:
    with workstation(tmp_path, key, slow) as made:
        yield made


def test_two_pages_never_have_a_window_each(station: Workstation, slow: Slow) -> None:
    outcomes: list[Signature | Failed] = []
    first = Thread(target=lambda: outcomes.append(station.signing.sign(asked(station))))
    first.start()
    assert slow.open.wait(5)
    assert station.signing.sign(asked(station)) == Failed(why="busy")
    assert station.board.sight.state is State.PIN
    slow.go.set()
    first.join()
    assert isinstance(outcomes[0], Signature)


@pytest.mark.parametrize("then", ["", "paul"])
def test_a_pin_typed_for_one_card_never_reaches_another(
    station: Workstation, slow: Slow, then: str
) -> None:
    """Each wrong try counts on the card it reaches."""

    def swap() -> None:
        change, _ = station.board.after(-1, 0)
        station.cards.remove()
        change, _ = station.board.after(change, 5)
        if then:
            station.cards.insert(then)
            station.board.after(change, 5)
        slow.go.set()

    slow.meanwhile = swap
    assert station.signing.sign(asked(station)) == Failed(why="removed")
    station.cards.insert("paul")
    assert station.cards.look().tries_left == 3
