"""The sign-in page: where one is going survives every detour; no script is needed."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.peers.stories.cast import CAST
from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import PHONE, in_every_way

UNFIT = "not the password"
UNFIT_PAGE = """<!doctype html><meta charset="utf-8"><style>body { margin: 0 }</style><main>
<p style="width: 900px">wide</p><input name="code" type="text">
<a href="/" style="display: block; width: 20px; height: 20px">small</a></main>"""


def told(tab: Visit, service: str) -> dict[str, Any]:
    """What the service says it learnt."""
    tab.page.wait_for_url(f"{service}/**")
    claims: dict[str, Any] = json.loads(tab.page.locator("#claims").inner_text())
    return claims


@in_every_way
def test_it_names_the_service_and_the_level_it_wants(tab: Visit, here: Place) -> None:
    tab.open(f"{here.town.medimail.site.origin}/?ui_locales={tab.way.language}")
    assert tab.page.locator("html").get_attribute("lang") == tab.way.language
    assert tab.read("#going") == tab.says("signin.going", service="Medimail")
    assert tab.says("signin.level", level=tab.says("level.strong")) in tab.read(".going")
    methods = tab.page.locator("main form h2, main .methods button span").all_inner_texts()
    assert [each.split("\n")[0] for each in methods] == [
        tab.says("password.title", "password"),
        tab.says("psc.button", "psc"),
        tab.says("cps.button", "cps"),
        tab.says("passkey.title", "passkey"),
    ]
    page = flat(tab.page.inner_text("main"))
    assert tab.says("signin.one_of_two", service="Medimail") in page
    assert page.count(tab.says("signin.enough", service="Medimail")) == 3


@in_every_way
def test_changing_the_method_loses_nothing(tab: Visit, here: Place) -> None:
    person, service = tab.person("changes-mind"), here.town.emage.site.origin
    tab.open(f"{service}/?ui_locales={tab.way.language}")
    for _ in range(2):
        tab.press("form[action$='/cps'] button")
        tab.link("signin.change").click()
        assert "e-mage" in tab.page.locator("#going").inner_text()
    tab.password(person)
    assert told(tab, service)["userinfo"]["given_name"] == "Marie"


@in_every_way
def test_back_reload_and_a_second_tab_end_at_each_its_own_service(tab: Visit, here: Place) -> None:
    person, town = tab.person("lost-in-tabs"), here.town
    tab.open(f"{town.medimail.site.origin}/")
    first = tab.page
    second = first.context.new_page()
    second.goto(f"{town.emage.site.origin}/")
    tab.page.reload()
    tab.password(person)
    tab.begin_code()
    # Back to the password, and forward by the form that was left there.
    tab.page.go_back()
    tab.page.reload()
    tab.page.goto(first.url)
    tab.ask_code("sms")
    tab.send(code=here.post.code_by_sms(person.mobile))
    assert told(tab, town.medimail.site.origin)["id_token"]["acr"] == "urn:hub:acr:strong"
    # The tab that waited: its old form goes on to its own service, without an error.
    second.reload()
    second.wait_for_url(f"{town.emage.site.origin}/**")


@in_every_way
def test_a_bookmarked_page_of_a_sign_in_leads_on(tab: Visit, here: Place) -> None:
    person = tab.person("wants-medimail")
    tab.open(f"{here.town.emage.site.origin}/")
    bookmark = tab.page.url
    tab.password(person)
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    tab.page.goto(bookmark)
    tab.page.locator("main a.button").first.click()
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")


@in_every_way
def test_somebody_signed_in_is_shown_no_error_for_signing_in(tab: Visit, here: Place) -> None:
    tab.sign_in(tab.person("wants-medimail"))
    tab.open("/")
    tab.press("main a.button")
    tab.page.wait_for_url("**/services")
    assert tab.page.get_by_role("alert").count() == 0


@in_every_way
@pytest.mark.parametrize("login", ["wants-medimail", "nobody.of.that.name"])
def test_nobody_learns_whether_an_account_exists(tab: Visit, here: Place, login: str) -> None:
    tab.open("/services")
    tab.send(identifier=login, password=UNFIT)
    assert tab.status == 200
    assert tab.read("#refusal").startswith(tab.says("refusal.password.wrong", "password"))
    tab.open("/apps/password/forgotten")
    tab.send(identifier=login)
    assert tab.says("password.sent.forgotten", "password") in tab.read()
    # Nor does the log name who was asked for.
    log = (here.town.hub.folder / "hub.log").read_text(encoding="utf-8")
    assert "/apps/password/" in log and login not in log


@in_every_way
def test_an_error_carries_a_code_to_read_out_and_says_whom_to_call(tab: Visit) -> None:
    tab.open("/services")
    tab.send(identifier=f"nobody.at.all.{tab.way.name}", password=UNFIT)
    foot = tab.read(".foot")
    assert "03 00 00 00 00" in foot and "du lundi au vendredi de 9 h à 18 h" in foot
    code = tab.page.locator(".foot .code").inner_text()
    assert len(code) == 7 and code[4] == "-"
    assert tab.says("refusal.password.wrong.next", "password") in tab.read("#refusal")
    # It stays the same while one tries again: the support reads one story.
    tab.send(identifier=f"nobody.at.all.{tab.way.name}", password=UNFIT)
    assert tab.page.locator(".foot .code").inner_text() == code


def test_a_telephone_is_wide_enough(phone: Visit, here: Place) -> None:
    person = CAST["on-a-phone"]
    phone.open(f"{here.town.medimail.site.origin}/")
    _fits(phone)
    phone.password(person)
    _fits(phone)
    phone.ask_code("mail")
    _fits(phone)
    phone.send(code=here.post.code_by_mail(person.mail))
    phone.page.wait_for_url(f"{here.town.medimail.site.origin}/**")
    phone.open("/services")
    phone.accept_terms()
    _fits(phone)


def test_what_does_not_fit_a_telephone_would_be_noticed(browser: Browser, here: Place) -> None:
    """Else stories told on one prove nothing."""
    with Visit(browser, here.town, PHONE) as visit:
        visit.page.route(f"{visit.hub}/help", lambda asked: asked.fulfill(body=UNFIT_PAGE))
        visit.open("/help")
        visit.page.wait_for_function("document.readyState === 'complete'")
        noticed = " ".join(visit.amiss)
    for amiss in ("900 px wide in 390", "20 × 20", "no numeric keyboard"):
        assert amiss in noticed


@pytest.mark.parametrize("reader", ["tab", "english", "plain"])
def test_at_twice_the_size_nothing_is_lost(request: pytest.FixtureRequest, reader: str) -> None:
    """200 % of a window of 1280 is a window of 640."""
    tab: Visit = request.getfixturevalue(reader)
    tab.page.set_viewport_size({"width": 640, "height": 400})
    tab.open("/services")
    _fits(tab)
    for field in ("identifier", "password"):
        assert tab.page.locator(f"main [name={field}]").is_visible()


def test_the_whole_way_needs_no_script(plain: Visit, here: Place) -> None:
    person, town = CAST["without-scripts"], here.town
    plain.open(f"{town.medimail.site.origin}/")
    plain.password(person)
    plain.ask_code("sms")
    plain.send(code=here.post.code_by_sms(person.mobile))
    assert told(plain, town.medimail.site.origin)["userinfo"]["family_name"] == "Durand"
    assert plain.complaints == []


def _fits(tab: Visit) -> None:
    tab.page.locator("main").wait_for()
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.page.evaluate(beyond) <= 0, tab.page.url
