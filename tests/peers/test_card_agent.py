"""The agent with a card in a reader: pcscd, OpenSC, and what its address says of them."""

from base64 import b64decode
from collections.abc import Iterator

import pytest

from hub_plugins.methods.cps.challenge import signed
from tests.peers.card_desk import PIN, Town
from tests.peers.card_workstation import Workstation, workstation
from tests.peers.reader import Readers


@pytest.fixture
def desk(place: Town, plugged: Readers) -> Iterator[Workstation]:
    with workstation(place, plugged) as made:
        yield made


def test_a_card_put_in_is_named_and_signs_once_its_pin_is_typed(desk: Workstation) -> None:
    desk.ear.state("no_card")
    desk.insert("Marie Durand")
    assert desk.ear.state("ready")["holder"] == "Marie Durand"
    said = desk.asked(PIN)
    der, signature = b64decode(said["certificate"]), b64decode(said["signature"])
    assert signed(der, said["algorithm"], signature, desk.challenge)


def test_a_card_pulled_out_while_its_pin_is_asked_ends_the_question(desk: Workstation) -> None:
    card = desk.insert("Marie Durand")
    desk.ear.state("ready")
    said = desk.asking()
    desk.until_asked()
    card.remove()
    assert said.result(30)["refused"] == "removed"
    assert (desk.ear.state("removed")["holder"], card.tries) == ("", 3)


def test_the_third_wrong_pin_blocks_the_card_by_its_own_count(desk: Workstation) -> None:
    card = desk.insert("Paul Lambert")
    desk.ear.state("ready")
    said = [desk.asked("0000") for _ in range(3)]
    assert [each["refused"] for each in said] == ["wrong_pin", "wrong_pin", "pin_blocked"]
    assert (said[1]["tries_left"], card.tries) == (1, 0)
    desk.ear.state("blocked")
    # Not even asked any more: a blocked card has nothing to be guessed.
    assert desk.asking().result(30)["refused"] == "pin_blocked"


def test_another_card_is_another_person(desk: Workstation) -> None:
    first = desk.insert("Marie Durand")
    desk.ear.state("ready")
    first.remove()
    desk.ear.state("removed")
    desk.insert("Nadia Benali", reader=1)
    assert desk.ear.state("ready")["holder"] == "Nadia Benali"


def test_of_two_cards_none_is_asked_for_its_pin(desk: Workstation) -> None:
    desk.insert("Marie Durand")
    second = desk.insert("Nadia Benali", reader=1)
    desk.ear.state("several_cards")
    assert desk.asking().result(30)["refused"] == "several_cards"
    second.remove()
    assert desk.ear.state("ready")["holder"] == "Marie Durand"


def test_a_reader_unplugged_is_missed_and_found_again(desk: Workstation) -> None:
    desk.ear.state("no_card")
    desk.plugged.unplug()
    desk.ear.state("no_reader")
    assert desk.asking().result(30)["refused"] == "no_reader"
    desk.plugged.plug()
    desk.ear.state("no_card")
    desk.insert("Marie Durand")
    assert "signature" in (desk.ear.state("ready") and desk.asked(PIN))
