"""In a browser that reads no card a sentence says so beside the card, and nothing is blocked."""

import pytest

from tests.peers.stories.visit import Visit
from tests.plugins.cps.test_fitness import MAC, PHONE

CARD = "form[action$='/cps']"
BESIDE = f"li:has({CARD}) .unfit"
TOUCHED = "Object.defineProperty(navigator, 'maxTouchPoints', { get: () => 5 })"


@pytest.mark.parametrize("language", ["tab", "phone", "english", "plain"])
def test_a_telephone_is_told_beside_the_card_and_may_try_all_the_same(
    request: pytest.FixtureRequest, language: str
) -> None:
    visit: Visit = request.getfixturevalue(language)
    visit.called(PHONE)
    visit.open("/open/medimail")
    assert visit.read(BESIDE) == visit.says("cps.unfit.handheld", "cps")
    visit.press(f"{CARD} button")
    # On the card's own page, too, and both ways to read it stand there.
    assert visit.read(f"{CARD} .unfit") == visit.says("cps.unfit.handheld", "cps")
    assert visit.page.locator(f"{CARD} [name=agent]").count()


def test_a_tablet_that_calls_itself_a_desktop_is_known_by_its_screen(tab: Visit) -> None:
    tab.called(MAC)
    tab.open("/open/medimail")
    tab.page.locator(CARD).wait_for()
    assert tab.page.locator(BESIDE).count() == 1
    assert tab.page.locator(f"{BESIDE}:visible").count() == 0
    tab.page.add_init_script(TOUCHED)
    tab.page.reload()
    tab.page.locator(f"{BESIDE}:visible").wait_for()
    assert "tablette" in tab.read(BESIDE)
