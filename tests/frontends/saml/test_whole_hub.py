"""SAML in a whole hub: files of hub.toml, real pages, real store, the tile, the commands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from hub import cli, saml
from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.errors import ConfigErrors
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser, Page
from tests.flows.steps import with_password
from tests.frontends.saml.party import Given
from tests.frontends.saml.sp import (
    ACS,
    HUB,
    NAMESPACES,
    NOON,
    SLO,
    ServiceProvider,
    classes,
    redirected,
    signed_redirect,
)

pytestmark = pytest.mark.slow

ANN = Account(
    id=AccountId("a-1"),
    display_name="Ann Martin",
    identifiers=(Identifier(system="login", number="ann"),),
    contacts=(Contact(kind=ChannelKind("mail"), address="ann@hub.test", validated=True),),
    attributes={"given_name": ("Ann",)},
)
PHRASE = "violet harbour ladder nineteen"
CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"


def image(**saml: Any) -> dict[str, Any]:
    return {
        "title": "Images",
        "summary": "Imagerie",
        "minimum": "simple",
        "claims": ["given_name"],
        "launch": "https://image.test/",
        "deep_link": "https://image.test/study/{study}",
        "parameters": {"study": "[0-9]+"},
        "frontend": "saml",
        "saml": {"metadata": "sp.xml", **saml},
    }


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    running = opened(tmp_path)
    yield running
    running.app.database.engine.dispose()


def opened(folder: Path, **saml: Any) -> RunningHub:
    (folder / "sp.xml").write_text(ServiceProvider().metadata(), encoding="utf-8")
    plugins = [*BASE["plugins"], "saml"]
    running = running_hub(folder, plugins=plugins, service={"image": image(**saml)})
    running.settle(ANN, password=PHRASE)
    return running


def browser(hub: RunningHub) -> Browser:
    return Browser({HUB: hub.app.wsgi})


def told(page: Page) -> Given:
    form = page.form(asking="SAMLResponse")
    return Given(form.action, form.sent({}, ""))


def test_a_password_opens_a_service_by_saml_in_four_requests(hub: RunningHub) -> None:
    visitor, sp = browser(hub), ServiceProvider()
    page = visitor.open(f"{HUB}/saml/sso?{redirected(sp.request(), 'to/42')}")
    given = told(with_password(visitor, page, "ann", PHRASE))
    assert given.address == ACS
    assert given.fields["RelayState"] == "to/42"
    assert given.codes() == ["Success"]
    assert given.attributes()["urn:oid:2.5.4.42"] == ["Ann"]
    assert given.one(".//saml:AuthnStatement").get("SessionNotOnOrAfter")
    assert len(visitor.sent) == 4


def test_the_class_of_a_password_is_the_one_that_was_asked(hub: RunningHub) -> None:
    visitor = browser(hub)
    xml = ServiceProvider().request(classes(f"{CLASSES}PasswordProtectedTransport"))
    page = visitor.open(f"{HUB}/saml/sso?{redirected(xml)}")
    given = told(with_password(visitor, page, "ann", PHRASE))
    assert given.context == f"{CLASSES}PasswordProtectedTransport"


def test_a_tile_leads_to_the_service_which_then_asks(hub: RunningHub) -> None:
    visitor = browser(hub)
    with_password(visitor, visitor.open(f"{HUB}/services"), "ann", PHRASE)
    assert visitor.open(f"{HUB}/open/image?study=42").address == "https://image.test/study/42"


def test_a_tile_may_sign_in_by_itself_and_takes_the_deep_link_along(tmp_path: Path) -> None:
    hub = opened(tmp_path, unsolicited=True)
    visitor = browser(hub)
    with_password(visitor, visitor.open(f"{HUB}/services"), "ann", PHRASE)
    given = told(visitor.open(f"{HUB}/open/image?study=42"))
    assert given.address == ACS
    assert given.root.get("InResponseTo") is None
    assert given.fields["RelayState"] == "https://image.test/study/42"
    hub.app.database.engine.dispose()


def test_nobody_opens_a_service_without_the_portals_ticket(tmp_path: Path) -> None:
    hub = opened(tmp_path, unsolicited=True)
    assert browser(hub).open(f"{HUB}/saml/open/image").status == 403
    hub.app.database.engine.dispose()


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


def test_a_wrong_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "sp.xml").write_text("<nothing/>", encoding="utf-8")
    plugins = [*BASE["plugins"], "saml"]
    with pytest.raises(ConfigErrors, match=r"service\.image\.saml\.metadata"):
        running_hub(tmp_path, plugins=plugins, service={"image": image()})


def test_an_operator_adds_a_service_that_speaks_saml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ServiceProvider(entity_id="https://other.test", consumers=("https://other.test/acs",))
    (tmp_path / "other.xml").write_text(other.metadata(), encoding="utf-8")
    (tmp_path / "hub.toml").write_text(
        'public_address = "https://hub.test"\nenvironment = "test"\n'
        'database = "sqlite:///hub.db"\n'
        'plugins = ["own", "regional", "password", "saml"]\npolicy = "regional"\n',
        encoding="utf-8",
    )
    config = ["--config", str(tmp_path / "hub.toml")]
    assert cli.main(["setup", *config]) == 0
    words = ["service", "add", "other", "--title", "Other", "--minimum", "simple"]
    saml = ["--saml", str(tmp_path / "other.xml"), "--set", "sign=response"]
    assert cli.main([*words, *saml, *config]) == 0
    assert cli.main(["service", "list", *config]) == 0
    assert "other" in capsys.readouterr().out


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
