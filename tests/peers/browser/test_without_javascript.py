"""The whole story in a browser that runs no script."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.peers.browser.conftest import WALKER
from tests.peers.browser.tab import Tab
from tests.peers.browser.town import Town


@pytest.fixture
def plain(browser: Browser, here: Town) -> Iterator[Tab]:
    with Tab(browser, here, scripts=False) as opened:
        yield opened


def test_a_script_would_not_run(plain: Tab) -> None:
    """Else the story below proves nothing."""
    plain.page.set_content("<title>no</title><script>document.title = 'yes'</script>")
    assert plain.page.title() == "no"


def test_password_terms_portal_code_service_and_leaving_need_no_script(plain: Tab) -> None:
    plain.open("/")
    plain.press("main a.button")
    plain.password(WALKER)
    plain.accept_terms()
    assert plain.path == "/services"
    plain.press("a[href='/open/medimail']")
    plain.ask_code("sms")
    plain.send(code=plain.sent_code(WALKER.mobile))
    plain.page.wait_for_url(f"{plain.town.medimail.site.origin}/**")
    told = json.loads(plain.page.locator("#claims").inner_text())["id_token"]
    assert told["acr"] == "urn:hub:acr:strong"
    plain.open("/services")
    plain.press("details.menu summary")
    plain.press("details.menu form[action='/logout'] button")
    assert plain.path.startswith("/logout/")
    plain.open("/services")
    assert plain.path.startswith("/login/")
    assert plain.complaints == []
