"""The demonstration's reader moves by its own page alone, and asks for the PIN there."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hub_plugins.card_agent.board import Board
from hub_plugins.card_agent.cards import Failed, Signature, State
from hub_plugins.card_agent.challenge import Gate
from hub_plugins.card_agent.server import Parts
from hub_plugins.card_agent.signing import Asked, Signing
from hub_plugins.card_agent.simulator import Simulator, Slips
from hub_plugins.card_agent.software import SoftwareCards, make_card
from hub_plugins.card_agent.words import catalogue
from tests.plugins.card_agent.pieces import HUB, PIN, Caller, Heard, certificate, heard, text_at
from hub.testing.toolbox import NOON


class Hand:
    """Somebody before the reader's page."""

    def __init__(
        self, caller: Caller, cards: SoftwareCards, board: Board, signing: Signing
    ) -> None:
        self.caller = caller
        self.cards = cards
        self.board = board
        self.signing = signing
        self.own = f"http://127.0.0.1:{caller.port}"

    def press(self, move: str, origin: str = "", **form: str) -> Heard:
        headers = {
            "Origin": origin or self.own,
            "Content_Type": "application/x-www-form-urlencoded",
        }
        return self.caller.call("POST", f"/simulator/{move}", urlencode(form), headers)

    def page(self) -> str:
        return str(self.caller.get("/simulator", Origin="").said["text"])


@pytest.fixture
def hand(tmp_path: Path, key: rsa.RSAPrivateKey) -> Iterator[Hand]:
    for name in ("Marie Durand", "Paul Durand"):
        make_card(tmp_path / "cards" / name, key, certificate(key, name.split()[0]))
    cards, slips = SoftwareCards(tmp_path), Slips()
    board = Board(cards)
    board.start()
    signing = Signing(cards, board, slips, Gate(lambda: NOON))
    parts = Parts(hubs=(HUB,), board=board, signing=signing)
    with heard(Simulator(parts, 0, cards, slips, catalogue("fr"))) as caller:
        yield Hand(caller, cards, board, signing)
    board.stop()


def test_a_card_goes_in_and_out_by_the_page(hand: Hand) -> None:
    assert "Le lecteur est vide." in hand.page()
    assert hand.press("insert", card="Marie Durand").status == 303
    assert "la carte de Marie Durand" in hand.page()
    hand.press("block")
    assert hand.cards.look().state is State.BLOCKED
    hand.press("unblock", code="12345678", pin="5678")
    assert hand.cards.look().state is State.READY
    hand.press("remove")
    assert hand.cards.look().state is State.NO_CARD


@pytest.mark.parametrize("origin", [HUB, "https://evil.test", "null", "http://localhost:1"])
def test_no_other_page_moves_the_card(hand: Hand, origin: str) -> None:
    """Any page may post a form to this machine."""
    assert hand.press("insert", origin=origin, card="Marie Durand").status == 403
    assert hand.cards.look().state is State.NO_CARD


def test_what_is_no_move_is_not_found(hand: Hand) -> None:
    assert hand.press("explode").status == 404


@pytest.mark.parametrize(
    ("move", "outcome"), [("pin", Signature), ("cancel", Failed), ("remove", Failed)]
)
def test_the_pin_is_typed_on_the_page_or_not_at_all(
    hand: Hand, move: str, outcome: type[Signature | Failed]
) -> None:
    hand.press("insert", card="Marie Durand")
    change, sight = hand.board.after(-1, 5)
    while sight.state is not State.READY:
        change, sight = hand.board.after(change, 5)
    outcomes: list[Signature | Failed] = []
    asked = Asked(text=text_at(NOON), origin=HUB)
    signing = Thread(target=lambda: outcomes.append(hand.signing.sign(asked)))
    signing.start()
    while "Code de votre carte" not in hand.page():
        hand.board.after(change, 0.05)
    assert HUB in hand.page() and "Simulateur" in hand.page()
    hand.press(move, pin=PIN)
    signing.join(10)
    assert isinstance(outcomes[0], outcome)
    assert "Code de votre carte" not in hand.page()


def test_its_page_runs_no_script_and_stands_in_no_frame(hand: Hand) -> None:
    policy = hand.caller.get("/simulator", Origin="").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
