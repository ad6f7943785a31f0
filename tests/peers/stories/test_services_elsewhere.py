"""Services of the neighbouring region: one joins by itself, one does not answer, one redeems."""

import json
import re
from itertools import repeat
from threading import Event
from urllib.parse import urlencode

import pytest

from tests.peers.browser.tab import Tab
from tests.peers.chromium import BOUND
from tests.peers.hearing import hearing
from tests.peers.services import RelyingParty
from tests.peers.stories.calling import answered, called, own_token, subject_told
from tests.peers.stories.neighbour import FORTE, Neighbour
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import away_in_every_way

WAITING = "/console/services/waiting"
BACK = "https://carnet.test/back"
PSC = "form[action$='/psc'] button"
STUDY = "1.2.840.113619"
_LINK = re.compile(r"https://\S+/apps/emage/shared/[\w-]+")


def _registered(tab: Tab, name: str) -> str:
    asked = {"client_name": name, "redirect_uris": [BACK]}
    headers = {"Content-Type": "application/json"}
    with tab.town.hub.ask("POST", "/oidc/register", json.dumps(asked), headers) as answer:
        return str(json.loads(answer.read())["client_id"])


def _to_it(tab: Tab, client: str) -> None:
    asked = {
        "client_id": client,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": "a" * 43,
        "code_challenge_method": "S256",
    }
    tab.open(f"/oidc/authorize?{urlencode(asked)}")


def _let_in(tab: Tab, client: str) -> None:
    """Every process looks once a second."""
    for _ in repeat(None, 200):
        _to_it(tab, client)
        if tab.path.startswith("/login/"):
            return
        tab.page.wait_for_timeout(50)
    pytest.fail(f"{client} is not let in: {tab.status}")


@away_in_every_way
def test_a_service_that_joins_by_itself_waits_for_the_operator(away: Visit) -> None:
    name = f"Carnet {away.way.name}".strip()
    client = _registered(away, name)
    _to_it(away, client)
    assert away.status == 400 and away.path == "/oidc/authorize"
    away.enter_by_application(away.person("lets-in"), WAITING)
    card = away.page.locator("section.card", has_text=client)
    assert name in card.inner_text() and BACK in card.inner_text()
    card.get_by_role("button", name=away.says("console.joining.approve")).click()
    away.page.get_by_text(away.says("console.joining.approved")).wait_for()
    away.page.context.clear_cookies()
    away.speak(away.way.language)
    _let_in(away, client)
    assert name in away.read("#going")
    with away.page.expect_request(lambda asked: asked.url.startswith(f"{BACK}?")) as came:
        away.password(away.person("joins"))
    assert "code=" in came.value.url


def _open_at(tab: Visit, service: RelyingParty, login: str) -> None:
    tab.open(f"{service.site.origin}/")
    tab.password(tab.person(login))
    tab.page.wait_for_url(f"{service.site.origin}/**")
    tab.page.locator("#claims").wait_for()


@away_in_every_way
def test_a_service_that_does_not_answer_is_told_later_and_on_expiry_too(
    away: Visit, neighbour: Neighbour
) -> None:
    emage, told = neighbour.town.emage, Event()
    # Other stories ended days ahead: it would be left alone until then.
    neighbour.at.begin_again()
    _open_at(away, emage, "told-later")
    away.open("/services")
    away.press("details.menu summary")
    away.press("details.menu form[action='/logout'] button")
    away.page.get_by_text(away.says("left.waiting", service="Emage")).wait_for()
    with hearing(told, neighbour.hears):
        neighbour.at.pass_time(minutes=5)
        assert told.wait(BOUND / 1000)
        # The page looks again by itself, or whoever waits does.
        away.page.reload()
        away.page.get_by_text(away.says("left.told", service="Emage")).wait_for()
        told.clear()
        _open_at(away, emage, "told-later")
        neighbour.at.pass_time(minutes=21)
        assert told.wait(BOUND / 1000)
    away.open("/services")
    assert away.path.startswith("/login/")


@away_in_every_way
def test_a_session_that_idles_out_leaves_the_one_at_psc_alone(
    away: Visit, neighbour: Neighbour
) -> None:
    away.open("/services")
    away.press(PSC)
    away.page.locator("button[name=card][value='nadia.benali']").click()
    away.page.wait_for_url("**/services")
    neighbour.at.pass_time(minutes=21)
    away.open("/services")
    assert away.path.startswith("/login/")
    # There the session is still open: no card is asked for.
    away.press(PSC)
    away.page.wait_for_url("**/services")
    assert "Nadia" in away.page.inner_text("body")


@away_in_every_way
def test_a_carrier_that_fails_is_skipped_and_the_operator_reads_of_it(
    away: Visit, neighbour: Neighbour
) -> None:
    person, service = away.person("skips-carrier"), neighbour.town.medimail.site.origin
    away.open(f"{service}/")
    away.password(person)
    away.ask_code("sms")
    assert away.says("sent_code.state.handed_over.sms", "sent_code") in away.read()
    away.send(code=away.sent_code(person.mobile))
    away.page.wait_for_url(f"{service}/**")
    assert FORTE in away.page.locator("#claims").inner_text()
    away.page.context.clear_cookies()
    away.speak(away.way.language)
    away.enter_by_application(away.person("reads-carriers"), "/console/degraded")
    row = away.page.locator("main .modes > li", has_text="sms_http")
    assert away.says("degraded.is.degraded") in row.first.inner_text()


def _ticket(tab: Visit, link: str, recipient: str, at: str) -> str:
    """What the service gets once the recipient typed a code."""
    with tab.another() as elsewhere:
        elsewhere.open(link)
        elsewhere.press("main form button")
        code = elsewhere.sent_code(recipient)
        with elsewhere.page.expect_request(lambda asked: asked.url.startswith(at)) as came:
            elsewhere.send(code=code)
        return str(came.value.url).removeprefix(at)


@away_in_every_way
def test_a_ticket_is_redeemed_once_by_its_own_service_within_two_minutes(
    away: Visit, neighbour: Neighbour
) -> None:
    person, town = away.person("shares-once"), neighbour.town
    _open_at(away, town.emage, "shares-once")
    wanted = {"sub": subject_told(away), "study": STUDY, "opens_at": f"{town.emage.site.origin}/"}
    form = called(away, town.emage, "shares", "/apps/emage/shares/", wanted)["form"]
    away.open(str(form))
    away.prove_by_application(person.code())
    recipient = f"docteur.{away.way.name or 'desk'}@ailleurs.test"
    away.send(recipient=recipient, comment="Pour avis")
    link = away.sent(recipient, _LINK)
    at = f"{town.emage.site.origin}/?ticket="
    tokens = [own_token(away, each, "shares") for each in (town.emage, town.medimail)]
    its_own, another = tokens

    def redeemed(ticket: str, token: str = its_own) -> tuple[int, str]:
        status, said = answered(away, token, "/apps/emage/tickets/", {"ticket": ticket})
        return status, str(said)

    ticket = _ticket(away, link, recipient, at)
    assert redeemed(ticket, another)[0] == 400
    status, said = redeemed(ticket)
    assert status == 200 and STUDY in said
    assert redeemed(ticket)[0] == 400
    neighbour.at.pass_time(minutes=1)
    late = _ticket(away, link, recipient, at)
    neighbour.at.pass_time(minutes=2)
    assert redeemed(late)[0] == 400
