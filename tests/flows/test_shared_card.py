"""The agent of a shared workstation, the real one, before a whole hub: its word is the card's."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
import pytest

from hub_plugins.card_agent.board import Board
from hub_plugins.card_agent.cards import Signature
from hub_plugins.card_agent.challenge import Gate
from hub_plugins.card_agent.link import Errand, hub_of
from hub_plugins.card_agent.server import written
from hub_plugins.card_agent.signing import Asked, Signing
from hub_plugins.card_agent.software import SoftwareCards, make_card
from tests.plugins.card_agent.pieces import PIN, Typist
from tests.plugins.cps.pki import certificates
from tests.plugins.cps.visit import LUCAS
from tests.plugins.cps.whole import ADDRESS, Desk
from tests.web.site import said

pytestmark = pytest.mark.slow
COOKIE = "__Host-told-shared"
OWN = "__Host-shared"
"""What the person said."""
WHY = "un programme installé ici par votre établissement le dit"
SIGNED = ("certificate", "signature", "algorithm")


class Ward:
    """A workstation with Lucas's card in its reader, and the hub's page before it."""

    def __init__(self, desk: Desk, signing: Signing, typist: Typist) -> None:
        self.desk = desk
        self.signing = signing
        self.typist = typist

    def signed(self) -> dict[str, str]:
        """What the page posts, as `agent.js` makes it of what the agent says."""
        self.desk.choose()
        text = urlsafe_b64decode(self._found(r'data-challenge="([^"]+)"'))
        outcome = self.signing.sign(Asked(text=text, origin=ADDRESS))
        assert isinstance(outcome, Signature), outcome
        told = written(outcome)
        fields = {f"agent_{name}": str(told[name]) for name in SIGNED}
        return {**fields, "agent_shared": "yes" if told["shared"] else ""}

    def sign_in(self) -> str:
        self.desk.post("/cps", **self.signed())
        return said(self.desk.page)

    def sign_in_by_link(self) -> str:
        """The agent speaks to the hub by itself."""
        self.desk.choose()
        self.desk.post("/cps", agent="pair")
        link, number = self._found(r'href="(hubcard:[^"]+)"'), self._found(r'number">(\d\d)<')
        self.typist.typed = [number, PIN]
        where = hub_of(unescape(link), (ADDRESS,))
        assert where
        with httpx.Client(transport=httpx.WSGITransport(app=self.desk.hub.app.wsgi)) as client:
            assert Errand(self.typist, self.signing, client).run(*where) == "taken"
        return said(self.desk.post("/cps", agent="look"))

    def say(self, shared: str) -> None:
        """« Ce poste est partagé », or no longer: sent whether or not the page has the button."""
        csrf = self.desk.get("/services").text.partition('name="csrf" value="')[2].partition('"')[0]
        headers = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
        sent = {"csrf": csrf, "shared": shared}
        answer = self.desk.client.post("/workstation", base_url=ADDRESS, data=sent, headers=headers)
        assert answer.status_code == 303

    def left(self) -> int:
        return int(self.desk.get("/session/left").get_json()["left"])

    def cookie(self) -> str:
        found = self.desk.client.get_cookie(COOKIE, "hub.test")
        return found.value if found else ""

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.desk.page.text)
        assert found, self.desk.page.text
        return found[1]


@contextmanager
def ward(folder: Path, *, shared: bool) -> Iterator[Ward]:
    card = certificates()["cps"]
    make_card(folder / "reader/cards/lucas", card.key, card.certificate)
    cards, desk, typist = SoftwareCards(folder / "reader"), Desk(folder, LUCAS), Typist(PIN, PIN)
    cards.insert("lucas")
    board = Board(cards)
    board.start()
    gate = Gate(desk.hub.clock)
    try:
        yield Ward(desk, Signing(cards, board, typist, gate, shared=shared), typist)
    finally:
        board.stop()


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path, shared=True) as made:
        yield made


@pytest.mark.parametrize("by_link", [False, True])
def test_the_session_is_short_says_why_and_nobody_in_front_of_it_makes_it_longer(
    shared: Ward, by_link: bool
) -> None:
    page = shared.sign_in_by_link() if by_link else shared.sign_in()
    assert "Lucas Moreau" in page and WHY in page and "Changer d’utilisateur" in page
    assert shared.left() == 300
    shared.desk.get("/services")
    assert 'action="/workstation"' not in shared.desk.page.text
    shared.desk.post("/session/change")
    # The next person at this browser reads it before signing in by any means.
    assert WHY in said(shared.desk.get("/services")) and "Lucas" not in said(shared.desk.page)


def test_a_form_sent_all_the_same_takes_nothing_back(shared: Ward) -> None:
    before = shared.desk.get("/services").text
    shared.sign_in()
    assert 'action="/workstation"' in before
    shared.say("no")
    assert shared.left() == 300 and WHY in said(shared.desk.get("/services"))


def test_a_browser_that_forgets_it_leaves_the_session_short(shared: Ward) -> None:
    shared.sign_in()
    shared.desk.client.delete_cookie(COOKIE, domain="hub.test")
    assert shared.left() == 300
    page = shared.desk.get("/services").text
    # Warned in time, what is typed is not lost; and nothing stays on a screen that is anybody's.
    assert 'data-after="120" data-shared' in page and "Changer d’utilisateur" in page
    assert 'action="/workstation"' not in page and "Poste partagé" in page


@pytest.mark.parametrize("said_before", ["no", "yes"])
def test_a_browser_that_forgets_it_takes_nothing_back(shared: Ward, said_before: str) -> None:
    shared.sign_in()
    shared.desk.client.delete_cookie(COOKIE, domain="hub.test")
    shared.say(said_before)
    shared.say("no")
    assert shared.left() == 300


def test_a_session_that_its_person_called_shared_stays_so_where_the_browser_was_told(
    tmp_path: Path,
) -> None:
    with ward(tmp_path, shared=False) as own:
        own.sign_in()
        own.say("yes")
        own.desk.client.set_cookie(COOKIE, "1", domain="hub.test")
        own.say("no")
        assert own.left() == 300
        own.desk.client.delete_cookie(COOKIE, domain="hub.test")
        own.say("no")
        assert own.left() == 1800


def test_a_session_begun_where_the_browser_was_told_is_not_made_longer_either(
    tmp_path: Path,
) -> None:
    """By the next person, whatever they sign in with."""
    with ward(tmp_path, shared=False) as next_one:
        next_one.desk.client.set_cookie(COOKIE, "1", domain="hub.test")
        next_one.desk.get("/services")
        next_one.sign_in()
        next_one.desk.client.delete_cookie(COOKIE, domain="hub.test")
        next_one.say("no")
        assert next_one.left() == 300


def test_what_the_person_said_is_kept_as_long_as_they_were_told(shared: Ward) -> None:
    shared.say("yes")
    shared.sign_in()
    own = shared.desk.client.get_cookie(OWN, "hub.test")
    told = shared.desk.client.get_cookie(COOKIE, "hub.test")
    assert own and told and (own.value, own.max_age, told.max_age) == ("1", 31536000, 2592000)


def test_a_card_that_is_linked_makes_the_session_short_and_its_browser_knows(
    shared: Ward,
) -> None:
    """Signed in otherwise on a workstation of many, and linked there: the agent says so then."""
    shared.desk.by_card("cps")
    assert (shared.left(), shared.cookie()) == (1800, "")
    shared.desk.get("/account/means")
    page = shared.sign_in()
    assert shared.desk.path == "/account" and WHY in page
    assert (shared.left(), shared.cookie()) == (300, "1")
    shared.say("no")
    assert shared.left() == 300


def test_what_the_agent_said_is_not_taken_away_on_the_way(shared: Ward) -> None:
    """By an extension of the browser, or by whoever would rather not be disturbed."""
    fields = shared.signed()
    assert fields["agent_shared"] == "yes"
    shared.desk.post("/cps", **{**fields, "agent_shared": ""})
    assert "ne correspond ni à cette carte ni à cette page" in shared.desk.alert()
    assert shared.cookie() == ""


def test_on_a_workstation_of_one_s_own_nothing_is_shared_nor_made_so_on_the_way(
    tmp_path: Path,
) -> None:
    with ward(tmp_path, shared=False) as own:
        fields = own.signed()
        own.desk.post("/cps", **{**fields, "agent_shared": "yes"})
        assert "ne correspond ni à cette carte ni à cette page" in own.desk.alert()
        own.desk.get("/services")
        page = own.sign_in()
        assert "Lucas Moreau" in page and "Poste partagé" not in page
        assert (own.left(), own.cookie()) == (1800, "")


def test_which_workstation_it_was_stands_in_the_trail(shared: Ward) -> None:
    shared.sign_in()
    trail = shared.desk.hub.app.trail.of_account(LUCAS.id)
    (shown,) = [each for each in trail if each.action == "card.shown"]
    assert shown.details["workstation"] == "shared"
