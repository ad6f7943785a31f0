"""Detours of a sign-in: terms, a page left open, a hub begun again, a keyboard, one's own ears."""

from tests.peers.browser.people import PASSWORD
from tests.peers.stories.later import Later
from tests.peers.stories.place import Place
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_in_every_way

HISTORY = "/account/history"
MOST = 40
UNFIT = "not the password"


def _reach(tab: Visit, selector: str) -> None:
    """Tab after Tab until it has the focus."""
    for _ in range(MOST):
        tab.page.keyboard.press("Tab")
        if tab.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"no keyboard reaches {selector}")


def _enter(tab: Visit, selector: str) -> None:
    _reach(tab, selector)
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")


@moved_in_every_way
def test_a_page_left_open_until_it_expired_still_leads_where_one_was_going(
    moved: Visit, later: Later
) -> None:
    person = moved.person("left-open")
    moved.open(HISTORY)
    later.pass_time(hours=3)
    moved.password(person)
    moved.page.wait_for_url(f"**{HISTORY}")


@moved_in_every_way
def test_a_hub_begun_again_in_the_middle_still_leads_where_one_was_going(
    moved: Visit, later: Later
) -> None:
    person = moved.person("restarted")
    moved.open("/account/means")
    moved.password(person)
    moved.begin_code()
    moved.press("button[name=means] >> nth=1")
    code = moved.sent_code(person.mail)
    later.rewritten('environment = "test"', 'environment = "test"')
    moved.send(code=code)
    moved.page.wait_for_url("**/account")


@in_every_way
def test_a_keyboard_is_enough_from_the_public_page_to_a_service(tab: Visit) -> None:
    tab.sign_in(tab.person("only-keys"))
    tab.page.context.clear_cookies()
    tab.speak(tab.way.language)
    tab.open("/")
    _enter(tab, "main a.button, header a.button")
    _reach(tab, "main [name=identifier]")
    tab.page.keyboard.type(tab.person("only-keys").login)
    _reach(tab, "main [name=password]")
    tab.page.keyboard.type(PASSWORD)
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")
    _enter(tab, "a[href='/open/emage']")
    assert tab.page.locator("#claims").count() == 1


@in_every_way
def test_a_screen_reader_is_told_what_went_wrong_and_where(tab: Visit) -> None:
    tab.open("/services")
    with tab.page.expect_navigation():
        tab.send(identifier=f"heard.{tab.way.name}", password=UNFIT)
    refusal = tab.page.get_by_role("alert")
    assert refusal.get_attribute("id") == "refusal"
    assert tab.page.evaluate("document.activeElement.id") == "refusal"
    field = tab.page.locator("main [name=identifier]")
    assert "refusal" in str(field.get_attribute("aria-describedby")).split()


@in_every_way
def test_an_application_raises_a_password_and_each_of_its_codes_works_once(
    tab: Visit, elsewhere: Visit, here: Place
) -> None:
    person, code = tab.person("six-digits"), ""
    for reader in (tab, elsewhere):
        reader.open(f"{here.town.medimail.site.origin}/")
        reader.password(person)
        code = code or person.code()
        with reader.page.expect_navigation():
            reader.send(code=code)
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")
    assert "urn:hub:acr:strong" in tab.page.locator("#claims").inner_text()
    assert elsewhere.path.startswith("/login/")
    wrong = [elsewhere.says(f"refusal.totp.{each}", "totp") for each in ("used", "wrong")]
    assert any(each in elsewhere.read("#refusal") for each in wrong)


@in_every_way
def test_a_link_of_a_mail_ends_at_its_record_after_the_sign_in(tab: Visit, here: Place) -> None:
    service = here.town.emage.site.origin
    with tab.page.expect_request(f"{service}/?ui_locales=en"):
        tab.open("/open/emage?record=en")
    tab.password(tab.person("from-mail"))
    tab.page.wait_for_url(f"{service}/**")
    assert tab.page.locator("#claims").count() == 1
    tab.open("/open/emage?record=https%3A%2F%2Fevil.test")
    assert tab.status == 400 and tab.page.url.startswith(tab.hub)
