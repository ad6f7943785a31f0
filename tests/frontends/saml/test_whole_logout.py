"""Leaving in a whole hub: one service asks, the others are told, and who is out where."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.testing.running import RunningHub
from tests.flows.browser import Browser
from tests.flows.steps import with_password
from tests.frontends.saml.party import Given
from tests.frontends.saml.sp import (
    HUB,
    NAMESPACES,
    NOON,
    SLO,
    ServiceProvider,
    redirected,
    signed_redirect,
)
from tests.frontends.saml.two import Two, asked_of, logout_response, status_of
from tests.frontends.saml.whole import PHRASE, browser, opened, told

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    running = opened(tmp_path)
    yield running
    running.app.database.engine.dispose()


def leaving(name: str, index: str = "") -> str:
    """Where the service `image` sends a browser to end what it names: a session, or all."""
    named = f"<samlp:SessionIndex>{index}</samlp:SessionIndex>" if index else ""
    xml = (
        f'<samlp:LogoutRequest {NAMESPACES} ID="_o" Version="2.0" Destination="{SLO}" '
        f'IssueInstant="{NOON:%Y-%m-%dT%H:%M:%SZ}"><saml:Issuer>https://image.test/sp</saml:Issuer>'
        f"<saml:NameID>{name}</saml:NameID>{named}</samlp:LogoutRequest>"
    )
    return f"{SLO}?{signed_redirect(xml)}"


def asking() -> str:
    xml = ServiceProvider().request(ID=f"_{secrets.token_hex(8)}")
    return f"{HUB}/saml/sso?{redirected(xml)}"


def entered(hub: RunningHub) -> tuple[Browser, Given]:
    """A browser of its own, with a session of its own, in the service `image`."""
    visitor = browser(hub)
    page = visitor.open(asking())
    return visitor, told(with_password(visitor, page, "ann", PHRASE))


def inside(visitor: Browser) -> bool:
    return "/login/" not in visitor.open(asking()).address


def test_a_person_named_without_a_session_is_out_everywhere(hub: RunningHub) -> None:
    (desk, given), (phone, _) = entered(hub), entered(hub)
    back = desk.open(leaving(given.name.text))
    assert status_of(back) == ["Success"]
    assert not inside(desk)
    assert not inside(phone)


def test_a_session_that_is_named_ends_alone_whatever_browser_brings_the_wish(
    hub: RunningHub,
) -> None:
    (desk, given), (phone, _) = entered(hub), entered(hub)
    index = given.one(".//saml:AuthnStatement").get("SessionIndex")
    back = phone.open(leaving(given.name.text, index))
    assert status_of(back) == ["Success"]
    assert not inside(desk)
    assert inside(phone)


def test_whoever_leaves_by_a_service_is_out_of_the_hub(hub: RunningHub) -> None:
    visitor, sp = browser(hub), ServiceProvider()
    page = visitor.open(f"{HUB}/saml/sso?{redirected(sp.request())}")
    given = told(with_password(visitor, page, "ann", PHRASE))
    index = given.one(".//saml:AuthnStatement").get("SessionIndex")
    xml = (
        f'<samlp:LogoutRequest {NAMESPACES} ID="_o" Version="2.0" Destination="{SLO}" '
        f'IssueInstant="{NOON:%Y-%m-%dT%H:%M:%SZ}"><saml:Issuer>{sp.entity_id}</saml:Issuer>'
        f"<saml:NameID>{given.name.text}</saml:NameID>"
        f"<samlp:SessionIndex>{index}</samlp:SessionIndex></samlp:LogoutRequest>"
    )
    back = visitor.open(f"{HUB}/saml/slo?{signed_redirect(xml)}")
    assert back.address.startswith(f"{sp.logout}?SAMLResponse=")
    again = visitor.open(f"{HUB}/saml/sso?{redirected(sp.request())}")
    assert "/login/" in again.address


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    two = Two(tmp_path)
    yield two
    two.close()


def test_an_answer_of_another_service_is_not_taken_for_the_one_that_was_asked(two: Two) -> None:
    two.files.manner = "hangs"
    two.framed(two.left_by_image())
    [asked] = [each for each in two.visitor.sent if each.url.host == "file.test"]
    request = asked_of(asked).get("ID")
    xml = logout_response("https://image.test/sp", request, "Success")
    answer = two.visitor.open(f"{SLO}?{signed_redirect(xml, name='SAMLResponse')}")
    assert answer.status == 400
    assert "trop tard" in answer.words
