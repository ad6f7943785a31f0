"""Leaving in a whole hub: one service asks, the others are told, and who is out where."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hub import saml
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.saml.party import NS, Given
from tests.frontends.saml.sp import (
    HUB,
    NAMESPACES,
    NOON,
    SLO,
    ServiceProvider,
    redirected,
    signed_redirect,
)
from tests.frontends.saml.whole import ANN, PHRASE, browser, image, opened, told

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


def status_of(page: Page) -> list[str]:
    read = saml.read_query(urlsplit(page.address).query, "SAMLResponse")
    root = saml.message(saml.inflated(read.message))
    codes = root.iterfind(".//samlp:StatusCode", NS)
    return [str(each.get("Value")).rpartition(":")[2] for each in codes]


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


def other() -> ServiceProvider:
    return ServiceProvider(
        entity_id="https://file.test/sp",
        consumers=("https://file.test/acs",),
        logout="https://file.test/slo",
        keys=("file",),
    )


class Two:
    """One person in two services."""

    def __init__(self, folder: Path) -> None:
        (folder / "sp.xml").write_text(ServiceProvider().metadata(), encoding="utf-8")
        (folder / "file.xml").write_text(other().metadata(), encoding="utf-8")
        plugins = [*BASE["plugins"], "saml"]
        services = {"image": image(), "file": image(metadata="file.xml")}
        self.hub = running_hub(folder, plugins=plugins, service=services)
        self.hub.settle(ANN, password=PHRASE)
        self.visitor = browser(self.hub)
        page = self.visitor.open(f"{HUB}/saml/sso?{redirected(ServiceProvider().request())}")
        self.image = told(with_password(self.visitor, page, "ann", PHRASE))
        asked = other().request(AssertionConsumerServiceURL="https://file.test/acs")
        told(self.visitor.open(f"{HUB}/saml/sso?{redirected(asked)}"))

    def answer(self, hop: str, status: str = "Success") -> str:
        """Where the service `file` sends the browser that was sent to it."""
        read = saml.read_query(urlsplit(hop).query, "SAMLRequest")
        request = saml.message(saml.inflated(read.message)).get("ID")
        xml = logout_response(other().entity_id, request, status)
        return f"{SLO}?{signed_redirect(xml, by='file', name='SAMLResponse')}"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    two = Two(tmp_path)
    yield two
    two.hub.app.database.engine.dispose()


def onward(page: Page) -> str:
    return page.headers["refresh"].partition("url=")[2]


def asked_by_image(two: Two) -> Page:
    """The service `image` asks; the person agrees to leave everything."""
    index = two.image.one(".//saml:AuthnStatement").get("SessionIndex")
    xml = (
        f'<samlp:LogoutRequest {NAMESPACES} ID="_o" Version="2.0" Destination="{SLO}" '
        f'IssueInstant="{NOON:%Y-%m-%dT%H:%M:%SZ}"><saml:Issuer>https://image.test/sp</saml:Issuer>'
        f"<saml:NameID>{two.image.name.text}</saml:NameID>"
        f"<samlp:SessionIndex>{index}</samlp:SessionIndex></samlp:LogoutRequest>"
    )
    page = two.visitor.open(f"{SLO}?{signed_redirect(xml, 'back')}")
    return two.visitor.submit(page.form(asking="departure"))


def test_one_service_asks_the_other_is_told_and_the_first_has_its_answer(two: Two) -> None:
    page = asked_by_image(two)
    assert onward(page).startswith("https://file.test/slo?SAMLRequest=")
    back = two.visitor.open(two.answer(onward(page)))
    assert back.address.startswith("https://image.test/slo?SAMLResponse=")
    assert "RelayState=back" in back.address


def test_a_service_that_refuses_or_is_dead_holds_nobody_back(two: Two) -> None:
    page = asked_by_image(two)
    refused = two.visitor.open(two.answer(onward(page), "Responder"))
    assert "refresh" not in refused.headers or "file.test" not in refused.headers["refresh"]
    again = two.visitor.open(page.address)
    assert "file.test" not in again.headers.get("refresh", "")
    told = two.visitor.open(again.link("Revenir à Images"))
    assert status_of(told) == ["Success", "PartialLogout"]
    assert two.visitor.open(f"{HUB}/services").status == 200
    assert "hub_session" not in two.visitor.cookies()


def test_an_answer_of_another_service_is_not_taken_for_the_one_that_was_asked(two: Two) -> None:
    page = asked_by_image(two)
    read = saml.read_query(urlsplit(onward(page)).query, "SAMLRequest")
    request = saml.message(saml.inflated(read.message)).get("ID")
    xml = logout_response("https://image.test/sp", request, "Success")
    answer = two.visitor.open(f"{SLO}?{signed_redirect(xml, name='SAMLResponse')}")
    assert answer.status == 400
    assert "trop tard" in answer.words


def logout_response(issuer: str, request: str | None, status: str) -> str:
    code = f"urn:oasis:names:tc:SAML:2.0:status:{status}"
    return (
        f'<samlp:LogoutResponse {NAMESPACES} ID="_r" Version="2.0" Destination="{SLO}" '
        f'IssueInstant="{NOON:%Y-%m-%dT%H:%M:%SZ}" InResponseTo="{request}">'
        f"<saml:Issuer>{issuer}</saml:Issuer><samlp:Status>"
        f'<samlp:StatusCode Value="{code}"/></samlp:Status></samlp:LogoutResponse>'
    )
