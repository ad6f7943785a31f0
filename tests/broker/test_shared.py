"""A proof that says of its workstation that many people use it."""

import pytest

from hub.broker.outcomes import Admitted
from hub.broker.records import OtherPerson
from hub.testing.hub import MemoryHub


@pytest.fixture
def hub() -> MemoryHub:
    return MemoryHub()


def shared(hub: MemoryHub) -> bool:
    session = hub.records.session(hub.browser.session)
    assert session
    return session.id in hub.records.shared


def test_the_session_that_a_proof_opens_is_of_the_workstation_it_tells_of(hub: MemoryHub) -> None:
    hub.card.shared = True
    hub.visit("high")
    admitted = hub.prove("card", "bob")
    assert isinstance(admitted, Admitted) and admitted.told_shared and shared(hub)


def test_a_session_begun_otherwise_becomes_one_of_it(hub: MemoryHub) -> None:
    hub.visit("high")
    hub.answer("password", "bob")
    assert not shared(hub)
    hub.card.shared = True
    hub.prove("card", "bob")
    assert shared(hub)


def test_a_proof_that_says_nothing_leaves_a_workstation_as_its_browser_has_it(
    hub: MemoryHub,
) -> None:
    hub.visit("high")
    admitted = hub.prove("card", "bob")
    assert isinstance(admitted, Admitted) and not admitted.told_shared and not shared(hub)


def test_what_it_says_waits_with_the_proof_of_another_than_expected(hub: MemoryHub) -> None:
    hub.visit("high")
    hub.answer("password", "ann")
    hub.card.shared = True
    assert isinstance(hub.prove("card", "bob"), OtherPerson)
    assert not shared(hub)
    admitted = hub.continue_as()
    assert admitted and admitted.told_shared and shared(hub)
