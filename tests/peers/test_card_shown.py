"""A person shows a card in Chromium, from the button to the portal or to what is wrong with it."""

from collections.abc import Iterator

import pytest

from tests.peers.card_region import TYPED, CardRegion
from tests.peers.card_seat import AGAIN, Purse, Seat, purse
from tests.peers.stories.ways import DESK, in_every_way

LUCAS, ZOE = "Lucas Moreau", "Zoé D’Ây-Lefèvre"
CAUSES = {
    "": "no_certificate",
    "revoked": "revoked",
    "service": "service_card",
    "software": "not_a_card",
    "cpa": "kind",
    "other_policy": "policy",
    "weak_key": "weak_key",
    "same_names_other_keys": "unknown_issuer",
}
"""What is shown, and what is wrong with it. A browser shows no certificate that has expired."""


@pytest.fixture(scope="module")
def held(taking: CardRegion, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Purse]:
    with purse(taking, tmp_path_factory.mktemp("purse")) as made:
        yield made


@pytest.fixture
def tab(held: Purse, taking: CardRegion, request: pytest.FixtureRequest) -> Iterator[Seat]:
    """Before a hub that takes cards."""
    with Seat(held.browser, taking, getattr(request, "param", DESK)) as here:
        yield here
    held.hold("")


@in_every_way
def test_a_card_opens_the_portal(tab: Seat, held: Purse) -> None:
    held.hold("cps")
    tab.arrive()
    tab.show()
    tab.at("/services")
    assert LUCAS in tab.read("body")
    assert len(tab.hosts) == 1
    # Nothing of the session is ever told to the host that saw the card.
    assert {each["domain"] for each in tab.context.cookies()} == {"hub.test"}


@in_every_way
def test_what_is_wrong_is_said_and_the_next_try_has_a_new_address(tab: Seat, held: Purse) -> None:
    tab.arrive()
    for tried, (name, code) in enumerate(CAUSES.items(), 1):
        held.hold(name)
        tab.show(AGAIN if tried > 1 else "cps.browser")
        tab.come_back(hosts=tried)
        for key in (f"refusal.cps.{code}", f"refusal.cps.{code}.next"):
            assert tab.says(key, "cps") in tab.alert()
    assert len(set(tab.hosts)) == len(CAUSES)


@in_every_way
def test_whose_card_was_read_is_said_though_it_opens_nothing(tab: Seat, held: Purse) -> None:
    held.hold("revoked")
    tab.arrive()
    tab.show()
    tab.come_back(hosts=1)
    assert tab.says("cps.read", "cps", name=LUCAS) in tab.read()


@in_every_way
def test_another_s_card_that_the_browser_kept_is_met_by_a_new_address(
    tab: Seat, held: Purse
) -> None:
    tab.open("/services")
    tab.page.locator("[name=identifier]").fill("zoe.lefevre")
    tab.page.locator("[name=password]").fill(TYPED)
    tab.page.keyboard.press("Enter")
    tab.at("/services")
    held.hold("cps")
    tab.arrive("/account/means")
    tab.show()
    tab.come_back(hosts=1)
    assert tab.says("refusal.cps.other_card", "cps") in tab.alert()
    assert tab.says("cps.browser.why", "cps") in tab.read()
    held.hold("cpe")
    tab.show(AGAIN)
    tab.at("/account")
    assert len(tab.hosts) == 2 and ZOE in tab.read("body")


@in_every_way
def test_a_card_of_an_establishment_opens_the_account_of_its_holder(tab: Seat, held: Purse) -> None:
    held.hold("cpe")
    tab.arrive()
    tab.show()
    tab.at("/services")
    assert ZOE in tab.read("body")


@in_every_way
def test_a_card_without_an_account_names_the_referent_and_fills_in_a_request(
    tab: Seat, held: Purse
) -> None:
    held.hold("cde")
    tab.arrive()
    tab.show()
    tab.come_back(hosts=1)
    assert tab.says("refusal.cps.no_account", "cps") in tab.alert()
    said = tab.read()
    assert tab.says("stranger.helpers") in said
    assert "CHU de Grandval : Rose Petit, rose.petit@hub.test" in said
    tab.link("stranger.request").click()
    tab.at("/request")
    assert tab.says("request.proved", provider=tab.says("cps.name", "cps")) in tab.read(), (
        tab.read()[:500]
    )
    facts = tab.read("dl.facts")
    assert "Anne" in facts and "D’Ây-Lefèvre" in facts
    # What the card says besides is proposed, and may be written otherwise.
    assert tab.page.locator("[name=profession]").input_value() == "Directeur"
    assert "CHU de Grandval" in tab.page.locator("[name=structure]").input_value()
    assert tab.page.locator("[name=given_name], [name=family_name]").count() == 0
