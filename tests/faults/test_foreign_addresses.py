"""Parameters that point to other sites lead nowhere, and say so."""

from urllib.parse import quote

import pytest

from tests.faults.rough import RoughBrowser, rough
from tests.faults.told import assert_clear, says
from tests.faults.watch import Watch
from tests.faults.ways import LOGIN, TARGET, assert_arrived, sound, with_app
from tests.flows.region import HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in, with_password

pytestmark = pytest.mark.slow
ELSEWHERE = "https://evil.test/"
REGISTERED = "redirect_uri=http%3A%2F%2Flocalhost%3A8001%2Fsigned-in"


@pytest.fixture
def browser(region: Region, watch: Watch) -> RoughBrowser:
    sound(region)
    watch.begin()
    return rough(region)


def never_left(browser: RoughBrowser) -> bool:
    return not any("evil.test" in str(each.url.host) for each in browser.sent)


@pytest.mark.parametrize(
    "address",
    [
        "https%3A%2F%2Fevil.test%2F",
        "http%3A%2F%2Flocalhost%3A8001%2Fsigned-in%2F..%2F..%2Fevil",
        "http%3A%2F%2Flocalhost%3A8001%40evil.test%2Fsigned-in",
        "http%3A%2F%2Flocalhost%3A8001%2Fsigned-in%23x",
        "http%3A%2F%2Flocalhost%3A8001%2FSIGNED-IN",
        "javascript%3Aalert(1)",
        "",
    ],
)
def test_an_answer_goes_to_a_registered_address_or_nowhere(
    region: Region, watch: Watch, browser: RoughBrowser, address: str
) -> None:
    asked = browser.led_to(TARGET)
    assert REGISTERED in asked
    page = browser.open(asked.replace(REGISTERED, f"redirect_uri={address}"))
    assert page.status == 400 and page.address.startswith(HUB)
    assert says(page, "refusal.oidc.unknown_redirect_uri", "oidc")
    assert_clear(page)
    assert never_left(browser)
    watch.assert_nobody_is_in()
    page = with_password(browser, browser.open(asked), LOGIN)
    assert_arrived(with_app(region, browser, page))


def test_an_unknown_service_is_answered_by_a_page(
    region: Region, watch: Watch, browser: RoughBrowser
) -> None:
    asked = browser.led_to(TARGET)
    page = browser.open(asked.replace("client_id=medimail", "client_id=evil"))
    assert page.status == 400 and says(page, "refusal.oidc.unknown_client", "oidc")
    assert_clear(page)
    watch.assert_nobody_is_in()
    assert_arrived(with_app(region, browser, with_password(browser, browser.open(TARGET), LOGIN)))


@pytest.mark.parametrize("back", [ELSEWHERE, "//evil.test", "/\\evil.test", "/\t/evil.test"])
def test_a_way_back_and_a_target_stay_on_the_hub(
    region: Region, watch: Watch, browser: RoughBrowser, back: str
) -> None:
    page = browser.open(f"{HUB}/services")
    form = page.form(to="/language/en")
    assert browser.submit(form).path == page.path
    shown = browser.submit(form, {"back": back})
    assert shown.address.startswith(HUB) and never_left(browser)
    quoted = quote(back)
    page = signed_in(browser, LOGIN, f"{HUB}/services?next={quoted}&url={quoted}")
    assert page.address.startswith(f"{HUB}/services") and never_left(browser)


@pytest.mark.parametrize("value", [ELSEWHERE, "42@evil.test", "42%23x", "42%0d%0aX:y", "../evil"])
def test_a_deep_link_takes_declared_values_only(
    region: Region, watch: Watch, browser: RoughBrowser, value: str
) -> None:
    page = browser.open(f"{HUB}/open/medimail?message={value}")
    assert page.status == 400 and page.address.startswith(HUB) and never_left(browser)
    watch.assert_nobody_is_in()
    page = browser.open(f"{HUB}/open/medimail?message=42")
    assert_arrived(with_app(region, browser, with_password(browser, page, LOGIN)))


@pytest.mark.parametrize("host", ["evil.test", "localhost:8000.evil.test", "localhost:8000@evil"])
def test_the_host_a_request_names_is_written_nowhere(
    region: Region, watch: Watch, browser: RoughBrowser, host: str
) -> None:
    headers = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "gopher"}
    for path in ("/", "/services", "/.well-known/openid-configuration", "/oidc/authorize"):
        page = browser.ask(f"{HUB}{path}", headers)
        assert "evil" not in page.text and "gopher" not in page.text
        assert not any("evil" in text for text in page.headers.values())
    assert never_left(browser)
    watch.assert_nobody_is_in()
    assert_arrived(with_app(region, browser, with_password(browser, browser.open(TARGET), LOGIN)))
    watch.assert_one_is_in()


def test_leaving_leads_to_a_registered_address_or_stays(
    region: Region, watch: Watch, browser: RoughBrowser
) -> None:
    assert_arrived(with_app(region, browser, with_password(browser, browser.open(TARGET), LOGIN)))
    for address in (ELSEWHERE, f"{MEDIMAIL}.evil.test/", f"{MEDIMAIL}/else"):
        browser.open(
            f"{HUB}/oidc/end_session?client_id=medimail&post_logout_redirect_uri={address}"
        )
        assert str(browser.sent[-1].url).startswith(HUB)
    assert never_left(browser)
    watch.assert_one_is_in()
