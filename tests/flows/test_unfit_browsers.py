"""In an unfit browser a sentence stands beside the card, on both pages, and nothing is blocked."""

import re

import pytest
from werkzeug.test import Client

from tests.plugins.cps.test_fitness import ANDROID, CHROME, MAC, PHONE
from tests.plugins.cps.visit import LUCAS
from tests.plugins.cps.whole import Desk

pytestmark = pytest.mark.slow
OLD = CHROME.replace("Chrome/140", "Chrome/90")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("hub"), LUCAS)


def calling_itself(desk: Desk, agent: str, mobile: str = "?0") -> Desk:
    """Another browser before the same hub, with these headers."""
    told = {"HTTP_USER_AGENT": agent, "HTTP_SEC_CH_UA_MOBILE": mobile}
    wsgi = desk.hub.app.wsgi
    here = desk.another_browser()
    here.client = Client(lambda environ, start: wsgi({**environ, **told}, start))
    return here


def beside(desk: Desk, agent: str, language: str = "fr", mobile: str = "?0") -> tuple[str, str]:
    """What stands beside the card's button, and on the card's own page, with that browser."""
    here = calling_itself(desk, agent, mobile)
    here.client.set_cookie("__Host-language", language, domain="hub.test")
    choices = here.get("/services").text
    own = here.choose().text
    assert re.search(r'action="/login/[^"]+/cps"', choices) and 'name="tls"' in own
    return sentence(choices), sentence(own)


def sentence(page: str) -> str:
    found = re.findall(r'<p class="unfit soft" id="unfit-cps"(.*?)</p>', page, re.S)
    assert len(found) <= 1
    return re.sub(r"<[^>]+>", "", found[0]).strip() if found else ""


@pytest.mark.parametrize(
    ("agent", "language", "words"),
    [
        (PHONE, "fr", "Un téléphone ou une tablette ne lit pas cette carte"),
        (ANDROID, "en", "A telephone or tablet cannot read this card"),
        (OLD, "fr", "Ce navigateur est trop ancien"),
        (OLD, "en", "This browser is too old"),
    ],
)
def test_the_sentence_stands_beside_the_card_and_on_its_page_and_the_way_stays_open(
    desk: Desk, agent: str, language: str, words: str
) -> None:
    for told in beside(desk, agent, language):
        assert words in told


def test_a_browser_that_serves_is_told_nothing(desk: Desk) -> None:
    assert beside(desk, CHROME) == ("", "")


def test_what_a_browser_says_by_a_header_is_heard(desk: Desk) -> None:
    told, _ = beside(desk, CHROME, mobile="?1")
    assert "téléphone" in told


def test_a_tablet_that_calls_itself_a_desktop_is_left_to_the_script(desk: Desk) -> None:
    told, _ = beside(desk, MAC)
    assert told.startswith("data-touched hidden>") and "tablette" in told
    # What is hidden would be read aloud all the same if the button named it.
    assert 'aria-describedby="unfit-' not in calling_itself(desk, MAC).get("/services").text


@pytest.mark.parametrize("agent", ["<script>alert(1)</script>", "Firefox/" + "9" * 9000, "\x7f"])
def test_whatever_a_browser_calls_itself_is_not_said_back(desk: Desk, agent: str) -> None:
    assert beside(desk, agent) == ("", "")


def test_a_card_opens_the_portal_in_a_browser_that_is_told_it_hardly_can(desk: Desk) -> None:
    here = calling_itself(desk, OLD)
    assert sentence(here.get("/services").text)
    here.by_card("cps")
    assert (here.path, "Lucas Moreau" in here.page.text) == ("/services", True)
