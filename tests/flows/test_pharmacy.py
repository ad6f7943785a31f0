"""A pharmacy’s software: it asks for one person, opens the browser, and asks before it closes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import httpx
import pytest

from hub_plugins.demo import pharmacy as module
from hub_plugins.demo.desktop import RPPS, Desk, session
from hub_plugins.demo.pharmacy import Failed, Pharmacy
from hub_plugins.demo.words import catalogues
from tests.flows.browser import Browser, Page
from tests.flows.region import CENTURY, HUB, Region
from tests.flows.steps import signed_in, with_password
from tests.flows.wsgi import back_channel

pytestmark = pytest.mark.slow


@dataclass
class Person:
    """At the desk: their browser, what they type, and what they read."""

    browser: Browser
    login: str
    answers: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    went: list[str] = field(default_factory=list)

    def desk(self) -> Desk:
        return Desk(
            say=self.read.append,
            ask=lambda _: self.answers.pop(0),
            browse=self.browse,
            language="fr",
            words=catalogues()["fr"],
        )

    def browse(self, address: str) -> None:
        self.went.append(address)
        page = self.browser.open(address)
        if page.has("identifier"):
            self.pages.append(page)
            page = with_password(self.browser, page, self.login)
        self.pages.append(page)


@pytest.fixture
def software(region: Region, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pharmacy]:
    # Its own clock is the real one; the region's stands where the test put it.
    monkeypatch.setattr(module, "_SKEW", CENTURY)
    software = Pharmacy(HUB, "pharmacie", back_channel(region.serve, region.back))
    yield software
    software.close()


@pytest.fixture
def person(region: Region) -> Iterator[Callable[..., Person]]:
    browsers: list[Browser] = []

    def make(login: str, *answers: str) -> Person:
        # What is not the hub is the software itself, on a port of this machine.
        browser = Browser(region.sites, transport=httpx.HTTPTransport())
        browsers.append(browser)
        return Person(browser=browser, login=login, answers=list(answers))

    yield make
    for each in browsers:
        each.close()


def test_the_pharmacist_asked_for_signs_in_and_keeps_the_portal_s_session(
    software: Pharmacy, person: Callable[..., Person]
) -> None:
    nadia = person("nadia.benali", "r", "q", "g")
    assert session(software, nadia.desk(), RPPS) == 0
    said = "\n".join(nadia.read)
    assert "Bonjour Nadia" in said and RPPS in said
    assert "la session du portail dure encore" in said
    assert "reste ouverte" in said
    assert "vous pouvez fermer cette page" in nadia.pages[-1].words
    assert not nadia.browser.open(f"{HUB}/services").has("identifier")


def test_two_programs_of_one_machine_listen_on_two_ports(
    software: Pharmacy, person: Callable[..., Person]
) -> None:
    nadia, beside = person("nadia.benali", "q", "g"), person("nadia.benali", "q", "g")

    def meanwhile(question: str) -> str:
        if not beside.went:
            assert session(software, beside.desk(), RPPS) == 0
        return nadia.answers.pop(0)

    assert session(software, replace(nadia.desk(), ask=meanwhile), RPPS) == 0
    came_back = [urlsplit(each.pages[-1].address) for each in (nadia, beside)]
    assert [each.hostname for each in came_back] == ["127.0.0.1"] * 2
    assert came_back[0].port != came_back[1].port


def test_the_hub_s_page_holds_the_number_asked_for(
    software: Pharmacy, person: Callable[..., Person]
) -> None:
    nadia = person("nadia.benali", "q", "g")
    session(software, nadia.desk(), RPPS)
    [field] = nadia.pages[0].form(asking="identifier").tag.select("#identifier")
    assert field["value"] == RPPS


def test_closing_everything_ends_the_portal_s_session_and_the_browser_comes_back(
    software: Pharmacy, person: Callable[..., Person]
) -> None:
    nadia = person("nadia.benali", "q", "t")
    assert session(software, nadia.desk(), RPPS) == 0
    assert nadia.pages[-1].address.startswith("http://127.0.0.1:")
    assert "Tout est fermé" in nadia.read[-1]
    assert nadia.browser.open(f"{HUB}/services").has("identifier")


def test_who_is_signed_in_already_comes_back_without_a_page(
    software: Pharmacy, person: Callable[..., Person]
) -> None:
    nadia = person("nadia.benali", "q", "g")
    signed_in(nadia.browser, "nadia.benali")
    assert session(software, nadia.desk(), RPPS) == 0
    [page] = nadia.pages
    assert page.address.startswith("http://127.0.0.1:")


def test_somebody_else_opens_nothing(software: Pharmacy, person: Callable[..., Person]) -> None:
    paul = person("paul.lambert")
    signed_in(paul.browser, "paul.lambert")

    def stays(address: str) -> None:
        page = paul.browser.open(address)
        paul.browser.submit(page.form(to="/continue"))

    desk = paul.desk()
    told = Desk(say=desk.say, ask=desk.ask, browse=stays, language=desk.language, words=desk.words)
    assert session(software, told, RPPS) == 1
    assert RPPS in paul.read[-1] and "Rien n’a été ouvert" in paul.read[-1]
    assert not any("Bonjour" in each for each in paul.read)


def test_the_rest_of_the_staff_signs_in_by_code_and_password(
    software: Pharmacy, person: Callable[..., Person]
) -> None:
    sophie = person("sophie.garnier", "q", "g")
    assert session(software, sophie.desk(), None) == 0
    assert "login_hint" not in sophie.went[0]


def test_tokens_forgotten_are_worth_nothing(
    software: Pharmacy, person: Callable[..., Person]
) -> None:
    nadia = person("nadia.benali", "q", "g")
    kept = []
    finish = software.finish
    software.finish = lambda *given: kept.append(finish(*given)) or kept[0]  # type: ignore[func-returns-value,method-assign]
    assert session(software, nadia.desk(), RPPS) == 0
    assert software.refresh(kept[0]) is None


@pytest.mark.parametrize("changed", [{"state": "other"}, {"iss": "https://thief.test"}])
def test_an_answer_of_another_sign_in_is_never_redeemed(
    region: Region, software: Pharmacy, changed: dict[str, str]
) -> None:
    begun = software.begin("http://127.0.0.1:51004/back", RPPS)
    answer = {"state": begun.state, "iss": HUB, "code": "c", **changed}
    with pytest.raises(Failed, match="forged"):
        software.finish(begun, answer, RPPS)


def test_a_person_who_gives_up_is_told_so(software: Pharmacy) -> None:
    begun = software.begin("http://127.0.0.1:51004/back", RPPS)
    answer = {"state": begun.state, "iss": HUB, "error": "access_denied"}
    with pytest.raises(Failed, match="refused"):
        software.finish(begun, answer, RPPS)


def test_a_region_that_does_not_answer_is_said_in_one_sentence(region: Region) -> None:
    region.up = False
    down = Pharmacy(HUB, "pharmacie", back_channel(region.serve, region.back))
    with pytest.raises(Failed, match="unreachable"):
        down.begin("http://127.0.0.1:51004/back", None)
    down.close()
