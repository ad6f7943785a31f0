"""Pro Santé Connect gives no answer of use: its button says so until somebody comes back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator

from hub_plugins.demo.psc.faults import Fault
from tests.peers.browser.judge import accessible
from tests.peers.browser.tab import NARROW
from tests.peers.stories.place import Place
from tests.peers.stories.reading import flat
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way

PSC = "form[action$='/psc'] button"
CARD = "button[name=card][value='marie.durand']"


@pytest.fixture
def mended(here: Place) -> Iterator[None]:
    """Whatever happens, the next story finds it working."""
    yield
    here.provider.faults.switch([])


def _to_psc(tab: Visit, here: Place) -> None:
    tab.press(PSC)
    tab.page.wait_for_url(f"{here.wallet}/auth?**")


def _silent(tab: Visit) -> str:
    return tab.before("since", "signin.silent")


def _ways(tab: Visit) -> Locator:
    return tab.page.locator("ul.methods > li")


def _judged(tab: Visit) -> None:
    assert accessible(tab.page, "light") == []
    tab.page.emulate_media(color_scheme="dark")
    tab.page.set_viewport_size(NARROW)
    assert accessible(tab.page, "dark") == []


@in_every_way
def test_the_button_says_that_psc_gives_no_answer_and_works_as_soon_as_it_does(
    tab: Visit, elsewhere: Visit, here: Place, mended: None
) -> None:
    tab.open("/open/emage")
    _to_psc(tab, here)
    here.provider.faults.switch([Fault.SERVER_ERROR])
    tab.press(CARD)
    tab.page.locator("#refusal").wait_for()
    for reader in (tab, elsewhere):
        if reader is elsewhere:
            reader.open("/open/emage")
        says = _silent(reader)
        assert says in reader.read(PSC)
        # The others come first, and nothing is taken away.
        assert says in flat(_ways(reader).last.inner_text()) and _ways(reader).count() > 1
    if tab.way.scripts:
        _judged(tab)
    here.provider.faults.switch([])
    # The session there is still open: no card is asked for.
    tab.press(PSC)
    tab.page.wait_for_url(f"{here.town.emage.site.origin}/**")
    elsewhere.page.reload()
    assert _silent(elsewhere) not in elsewhere.read(PSC)


@in_every_way
def test_while_psc_is_down_the_rest_of_the_staff_signs_in_by_password_and_code(
    tab: Visit, here: Place, mended: None
) -> None:
    person = tab.person("psc-away")
    tab.open("/open/medimail")
    _to_psc(tab, here)
    here.provider.faults.switch([Fault.SERVER_ERROR])
    tab.press(CARD)
    tab.page.locator("#refusal").wait_for()
    tab.password(person)
    tab.ask_code("sms")
    tab.send(code=here.post.code_by_sms(person.mobile))
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")
    assert "urn:hub:acr:strong" in tab.page.locator("#claims").inner_text()
