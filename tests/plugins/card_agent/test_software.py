"""The demonstration's card counts its PINs and locks, as a real one."""

from hub_plugins.card_agent.cards import Failed, Signature, State
from tests.plugins.card_agent.pieces import PIN, Workstation


def test_three_wrong_pins_block_it_for_the_right_one_too(station: Workstation) -> None:
    said = [station.cards.sign(b"x", "0000") for _ in range(3)]
    wrong = [Failed(why="wrong_pin", tries_left=left) for left in (2, 1)]
    assert said == [*wrong, Failed(why="pin_blocked", tries_left=0)]
    assert station.cards.sign(b"x", PIN) == Failed(why="pin_blocked", tries_left=0)
    assert station.cards.look().state is State.BLOCKED


def test_the_right_pin_gives_the_tries_back(station: Workstation) -> None:
    station.cards.sign(b"x", "0000")
    assert isinstance(station.cards.sign(b"x", PIN), Signature)
    assert station.cards.look().tries_left == 3


def test_the_eight_digits_give_it_a_new_pin(station: Workstation) -> None:
    station.cards.block()
    assert not station.cards.unblock("00000000", "5678")
    assert not station.cards.unblock("12345678", "56")
    assert station.cards.look().state is State.BLOCKED
    assert station.cards.unblock("12345678", "5678")
    assert isinstance(station.cards.sign(b"x", "5678"), Signature)
    assert isinstance(station.cards.sign(b"x", PIN), Failed)


def test_only_a_card_there_is_can_be_inserted(station: Workstation) -> None:
    station.cards.remove()
    station.cards.insert("../../elsewhere")
    assert station.cards.look().state is State.NO_CARD
