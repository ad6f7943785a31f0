"""A card and Pro Santé Connect: each cause has its sentence, nobody is left standing."""

from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

CAUSES = (
    *("no_reader", "no_card", "removed", "software_missing"),
    *("pin_blocked", "cancelled", "timeout"),
)
CARD = "form[action$='/cps']"


def _at_the_card(tab: Visit) -> None:
    tab.open("/open/medimail")
    tab.press(f"{CARD} button")


def to_psc(tab: Visit, here: Place, path: str = "/open/medimail") -> None:
    tab.open(path)
    tab.page.get_by_role("button", name=tab.says("psc.button", "psc")).click()
    tab.page.wait_for_url(f"{here.wallet}/auth?**")


def with_card(tab: Visit, key: str) -> None:
    tab.page.locator(f"button[name=card][value='{key}']").click()


@in_every_way
def test_each_cause_has_its_own_sentence_and_a_next_step(tab: Visit) -> None:
    _at_the_card(tab)
    for cause in CAUSES:
        tab.post(CARD, agent_refused=cause)
        why, then = map(flat, tab.page.locator("#refusal p").all_inner_texts())
        assert why == tab.says(f"refusal.cps.{cause}", "cps")
        assert then == tab.says(f"refusal.cps.{cause}.next", "cps")
        # Nothing is lost: the card again, or another means, for the same service.
        assert "Medimail" in tab.read("#going")
        assert tab.page.locator(f"{CARD} button:visible").count()


@in_every_way
def test_before_the_card_is_read_the_page_says_what_to_expect(tab: Visit) -> None:
    _at_the_card(tab)
    said = tab.read()
    for key in ("cps.expect.insert", "cps.expect.choose", "cps.expect.pin", "cps.expect.never"):
        assert tab.says(key, "cps") in said
    assert tab.page.locator("main a[href='https://diagnosis.test/']").count() == 1


@in_every_way
def test_the_button_of_psc_leads_there_and_back_to_the_service(tab: Visit, here: Place) -> None:
    to_psc(tab, here)
    with_card(tab, "marie.durand")
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")
    assert "urn:hub:acr:certified" in tab.page.locator("#claims").inner_text()


@in_every_way
def test_of_several_places_psc_knows_one_is_chosen(tab: Visit, here: Place) -> None:
    to_psc(tab, here, "/services")
    with_card(tab, "paul.lambert")
    tab.page.wait_for_url(f"{tab.hub}/login/**")
    places = tab.page.locator("label:has([name=place])")
    assert places.count() >= 2
    places.filter(has_text="Clinique du Parc").first.click()
    tab.press("form:has([name=place]) button")
    tab.arrive()
    tab.press("details.menu summary")
    assert "Clinique du Parc" in tab.page.locator("details.menu").inner_text()


@in_every_way
def test_psc_vouches_for_somebody_without_an_account_and_the_page_leads_to_a_request(
    tab: Visit, here: Place
) -> None:
    to_psc(tab, here)
    with_card(tab, "camille.roux")
    tab.page.wait_for_url(f"{tab.hub}/login/**")
    assert tab.says("refusal.provider.unknown") in tab.read("#refusal")
    tab.press("main a[href^='/request?proof=']")
    tab.page.get_by_text(
        tab.says("request.proved", provider=tab.says("psc.title", "psc"))
    ).wait_for()
    assert "Camille" in tab.page.locator("main").inner_text()


@in_every_way
def test_psc_that_is_down_leaves_the_other_means(tab: Visit, here: Place) -> None:
    tab.page.route(f"{here.wallet}/**", lambda route: route.fulfill(status=503, body="down"))
    to_psc(tab, here, "/open/emage")
    assert tab.status == 503
    tab.page.go_back()
    tab.page.locator("[name=password]").wait_for()
    assert "e-mage" in tab.page.locator("#going").inner_text()


@in_every_way
def test_leaving_by_a_click_closes_psc_too(tab: Visit, here: Place) -> None:
    to_psc(tab, here, "/services")
    with_card(tab, "nadia.benali")
    tab.page.wait_for_url(f"{tab.hub}/**")
    tab.arrive()
    tab.press("details.menu summary")
    tab.press("details.menu form[action='/logout'] button")
    tab.page.get_by_text(
        tab.says("left.provider.ended", provider=tab.says("psc.title", "psc"))
    ).wait_for()
    # There, too: the card is asked for again.
    to_psc(tab, here, "/services")
    assert tab.page.locator("button[name=card]").first.is_visible()


@in_every_way
def test_the_telephone_serves_as_the_card_does(tab: Visit, here: Place) -> None:
    to_psc(tab, here, "/open/emage")
    tab.page.get_by_role("link", name="e-CPS", exact=True).click()
    tab.page.get_by_label("Identifiant national").fill("899700075122")
    tab.page.get_by_role("button", name="e-CPS").click()
    number = tab.page.locator("[data-number]").inner_text()
    with tab.page.expect_popup() as opened:
        tab.page.get_by_role("link", name="Ouvrir le téléphone").click()
    opened.value.get_by_role("button", name=number, exact=True).click()
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    assert "Lucas" in tab.page.locator("#claims").inner_text()


@in_every_way
def test_an_outside_identity_is_linked_and_unlinked_with_proof_of_both_sides(
    tab: Visit, here: Place
) -> None:
    tab.sign_in_strong(tab.person("links-psc"), "/account/means")
    tab.press("form[action$='/means/psc'] button")
    tab.page.wait_for_url(f"{here.wallet}/auth?**")
    with_card(tab, "camille.roux")
    tab.page.wait_for_url(f"{tab.hub}/account**")
    remove = tab.page.locator("a[href^='/account/means/psc/remove']")
    remove.click()
    with tab.page.expect_navigation():
        tab.press("main form[action$='/remove'] button")
    assert remove.count() == 0


@in_every_way
def test_card_refusals_have_a_count_of_their_own(tab: Visit, here: Place) -> None:
    _at_the_card(tab)
    too_many = tab.says("refusal.hub.too_many_tries.next")
    for _ in range(10):
        # Signed by no card: what an agent that lies would send.
        tab.post(CARD, agent_refused="signed by nobody")
        if too_many in tab.read("#refusal"):
            break
    assert too_many in tab.read("#refusal")
    # The password and the code are other counts.
    person = tab.person("card-refused")
    tab.link("signin.change").click()
    tab.password(person)
    tab.ask_code("mail")
    tab.send(code=here.post.code_by_mail(person.mail))
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")
