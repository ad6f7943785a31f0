"""The card's page may speak to the agent of its workstation; no other page, and to nobody else."""

import re
from base64 import b64encode, urlsafe_b64decode
from pathlib import Path

import flask
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from werkzeug.test import Client, TestResponse

from hub.web.headers import allow_script_to
from tests.plugins.cps.pki import certificates
from tests.plugins.cps.visit import LUCAS
from tests.plugins.cps.whole import ADDRESS, Desk

AGENT = "http://127.0.0.1:42917"


def spoken_to(page: TestResponse) -> str:
    found = re.search(r"connect-src ([^;]*);", page.headers["Content-Security-Policy"])
    assert found
    return found[1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, LUCAS)


def fields(name: str, text: bytes) -> dict[str, str]:
    card = certificates()[name]
    signature = card.key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    return {
        "agent_certificate": b64encode(card.der).decode(),
        "agent_signature": b64encode(signature).decode(),
        "agent_algorithm": "RS256",
    }


@pytest.mark.slow
def test_only_the_card_s_page_may_speak_to_the_workstation(desk: Desk) -> None:
    before = spoken_to(desk.page)
    assert (before, spoken_to(desk.choose())) == ("'self'", f"'self' {AGENT}")
    assert spoken_to(desk.get(f"{desk.path}?choose=1")) == "'self'"


@pytest.mark.slow
def test_the_page_that_links_a_card_may_speak_to_the_workstation_too(desk: Desk) -> None:
    desk.by_card("cps")
    desk.get("/account")
    page = desk.post("/account/means/cps")
    assert (spoken_to(page), "agent-says" in page.text) == (f"'self' {AGENT}", True)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test",
        "http://127.0.0.1:1 https://evil.test",
        "http://127.0.0.1:80/x",
        "http://127.0.0.1.evil.test:80",
        "*",
        "http://192.168.1.1:80",
        "http://127.0.0.1:80; script-src *",
    ],
)
def test_a_method_cannot_send_a_page_s_script_elsewhere(address: str) -> None:
    with flask.Flask(__name__).test_request_context():
        allow_script_to(address)
        assert "hub_script_to" not in flask.g
        allow_script_to(AGENT)
        assert flask.g.hub_script_to == AGENT


@pytest.mark.slow
def test_a_card_read_by_the_agent_opens_the_portal(desk: Desk) -> None:
    page = desk.choose()
    challenge = re.search(r'data-challenge="([^"]+)"', page.text)
    assert challenge
    desk.post("/cps", **fields("cps", urlsafe_b64decode(challenge[1])))
    assert (desk.path, "Lucas Moreau" in desk.page.text) == ("/services", True)


@pytest.mark.slow
def test_a_card_read_by_a_paired_agent_opens_the_portal_without_a_script(desk: Desk) -> None:
    desk.choose()
    page = desk.post("/cps", agent="pair")
    link = re.search(r'href="hubcard:https://hub.test(/apps/cps/agent/[^"]+)"', page.text)
    number = re.search(r'id="agent-number">(\d\d)<', page.text)
    assert link and number
    machine = Client(desk.client.application)
    claimed = machine.post(link[1], base_url=ADDRESS, data={"number": number[1]}).get_json()
    waiting = desk.post("/cps", agent="look")
    assert number[1] in waiting.text
    told = fields("cps", urlsafe_b64decode(claimed["challenge"]))
    answer = machine.post(
        "/apps/cps/agent", base_url=ADDRESS, data={"ticket": claimed["ticket"], **told}
    )
    assert answer.get_json() == {"taken": True}
    assert machine.get(link[1], base_url=ADDRESS).get_json() == {"answered": True}
    desk.post("/cps", agent="look")
    assert (desk.path, "Lucas Moreau" in desk.page.text) == ("/services", True)


@pytest.mark.slow
def test_a_ticket_nobody_gave_and_a_pairing_nobody_shows_are_not_found(desk: Desk) -> None:
    machine = Client(desk.client.application)
    for path in ("/apps/cps/agent", "/apps/cps/agent/abc"):
        assert machine.post(path, base_url=ADDRESS, data={"ticket": "x"}).status_code == 404
    assert machine.get("/apps/cps/agent/abc", base_url=ADDRESS).get_json() == {"answered": False}


@pytest.mark.slow
def test_a_wrong_pin_is_told_with_what_is_left(desk: Desk) -> None:
    desk.choose()
    desk.post("/cps", agent_refused="wrong_pin", agent_tries="1")
    assert "Il reste 1 essai avant son blocage" in desk.alert()
