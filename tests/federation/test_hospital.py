"""SATOSA's own SAML backend, configured in hub.toml as SATOSA documents it, is a way to sign in."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from hub.testing.running import RunningHub
from tests.federation.hospital import SSO, TABLE, Hospital
from tests.federation.visits import HUB, browser_of, hub_with, left_by, sent, timeline
from tests.flows.browser import Browser, Page
from tests.saml.programs import forbid_programs

ACS = f"{HUB}/hospital/acs/post"
BOB = {"employeeNumber": ["99700000002"]}
ANN = {"employeeNumber": ["99700000001"], "displayName": ["Ann Martin"]}


class Visit:
    def __init__(self, folder: Path) -> None:
        self.hospital = Hospital(folder)
        self.running: RunningHub = hub_with(folder, hospital=TABLE)
        # pysaml2 reads the real clock on both sides, and no other.
        self.running.clock.now = datetime.now(UTC)
        self.browser: Browser = browser_of(self.running)
        self.hospital.knows(self.browser.open(f"{HUB}/hospital/metadata").text)

    def back(self, response: str, state: str) -> Page:
        """As the hospital's page makes the browser post it: from another site, without cookies."""
        posted = httpx.Client(transport=httpx.WSGITransport(self.running.app.wsgi)).post(
            ACS,
            data={"SAMLResponse": response, "RelayState": state},
            headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        )
        assert posted.status_code == 303, posted.text
        return self.browser.open(f"{HUB}{posted.headers['Location']}")


@pytest.fixture(autouse=True)
def no_program_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_programs(monkeypatch)


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    return Visit(tmp_path)


def departed(visit: Visit) -> dict[str, str]:
    return sent(left_by(visit.browser, "hospital"))


def test_somebody_signs_in_at_their_hospital(visit: Visit) -> None:
    away = left_by(visit.browser, "hospital")
    assert away.link("Y aller").startswith(f"{SSO}?SAMLRequest=")
    asked = sent(away)
    page = visit.back(visit.hospital.answer(asked["SAMLRequest"], ANN), asked["RelayState"])
    assert page.path == "/services", page.words
    assert "Ann Martin" in page.words


def test_a_changed_answer_signs_nobody_in(visit: Visit) -> None:
    asked = departed(visit)
    answer = b64decode(visit.hospital.answer(asked["SAMLRequest"], BOB))
    changed = b64encode(answer.replace(b"99700000002", b"99700000001")).decode()
    page = visit.back(changed, asked["RelayState"])
    assert "n’a pas confirmé" in page.alert(), page.words
    assert timeline(visit.running, page)[-1].details["cause"] == "SignatureError"


def test_the_answer_to_another_sign_in_signs_nobody_in(visit: Visit) -> None:
    """Stolen from another browser, with a state of the thief's own."""
    stolen = visit.hospital.answer(departed(visit)["SAMLRequest"], ANN)
    page = visit.back(stolen, departed(visit)["RelayState"])
    assert "n’a pas confirmé" in page.alert(), page.words


def test_micro_services_work_as_configured(visit: Visit) -> None:
    """This one lets in numbers of the staff only."""
    asked = departed(visit)
    page = visit.back(
        visit.hospital.answer(asked["SAMLRequest"], {"employeeNumber": ["12"]}),
        asked["RelayState"],
    )
    assert "n’a pas confirmé" in page.alert(), page.words
    assert timeline(visit.running, page)[-1].details["why"] == "provider.refused"
