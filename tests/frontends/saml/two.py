"""One person in two services, « Images » and « Fichiers »: how the second behaves is told."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from lxml import etree

from hub import saml
from hub.testing.running import BASE, running_hub
from tests.flows.browser import Browser, Page
from tests.frontends.saml.party import NS
from tests.frontends.saml.sp import (
    HUB,
    NAMESPACES,
    NOON,
    POST,
    REDIRECT,
    SLO,
    ServiceProvider,
    redirected,
    signed_redirect,
)
from tests.frontends.saml.whole import ANN, PHRASE, image, told
from tests.flows.steps import with_password

FILES, DOOR = "https://file.test", "https://door.test"
"""Both of the one service."""
NOBODY = "Responder/RequestDenied"
"""What mod_auth_mellon says once nobody is signed in there any more."""
CLOSED, TELLING = "Fichiers : fermé", "Fichiers : fermeture en cours"
SILENT = "Fichiers : aucune réponse reçue"
UNSURE = "Fichiers : prévenu, mais ne confirme pas sa fermeture"


def files(by: str = REDIRECT) -> ServiceProvider:
    return ServiceProvider(
        entity_id=f"{FILES}/sp",
        consumers=(f"{FILES}/acs", f"{DOOR}/acs"),
        logout=f"{FILES}/slo",
        logout_by=by,
        keys=("file",),
    )


class FileServer:
    """« Fichiers » as its network shows it. It knows its person by a cookie, as most do."""

    def __init__(self) -> None:
        self.manner = "lives"
        """`lives`, `refuses`, `partly` (what it says), `names` (finds the person by name, once),
        `fails` (as soon as its cookies show it a session);
        `refused`, `hangs`, `broken`, `lost` (no answer of its own)."""
        self.nobody = NOBODY
        self.closed = False
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """As it comes over the wire; raise what a dead one makes of it."""
        self.asked.append(request.method)
        match self.manner:
            case "refused":
                raise httpx.ConnectError("connection refused", request=request)
            case "hangs":
                raise httpx.ReadTimeout("it accepted, and says nothing", request=request)
            case "broken":
                return httpx.Response(500, text="Internal Server Error")
            case "lost":
                return httpx.Response(200, text="You are not signed in here.")
        xml = _answered(request, self._status(request))
        query = signed_redirect(xml, by="file", name="SAMLResponse")
        return httpx.Response(303, headers={"Location": f"{SLO}?{query}"})

    def _status(self, request: httpx.Request) -> str:
        # A cookie without SameSite=None stays away from a frame in another site's page.
        found = request.headers.get("Sec-Fetch-Site") != "cross-site"
        match self.manner:
            case "names":
                gone, self.closed = self.closed, True
                return self.nobody if gone else "Success"
            case "fails":
                return "Responder" if found else "Success"
            case "partly":
                return "Success/PartialLogout"
        self.closed = self.closed or found
        return "Responder" if self.manner == "refuses" else "Success"


class Two:
    def __init__(self, folder: Path, by: str = REDIRECT, **settings: Any) -> None:
        (folder / "sp.xml").write_text(ServiceProvider().metadata(), encoding="utf-8")
        (folder / "file.xml").write_text(files(by).metadata(), encoding="utf-8")
        services = {"image": image(), "file": {**image(metadata="file.xml"), "title": "Fichiers"}}
        plugins = [*BASE["plugins"], "saml"]
        self.hub = running_hub(folder, plugins=plugins, service=services, **settings)
        self.hub.settle(ANN, password=PHRASE)
        self.files = FileServer()
        carried = httpx.MockTransport(self._carried)
        self.visitor = Browser({HUB: self.hub.app.wsgi}, transport=carried)
        page = self.visitor.open(f"{HUB}/saml/sso?{redirected(ServiceProvider().request())}")
        self.image = told(with_password(self.visitor, page, "ann", PHRASE))
        asked = files().request(AssertionConsumerServiceURL=f"{FILES}/acs")
        told(self.visitor.open(f"{HUB}/saml/sso?{redirected(asked)}"))

    def close(self) -> None:
        self.hub.app.database.engine.dispose()

    def left_by_the_hub(self) -> Page:
        return self.visitor.submit(self.visitor.open(f"{HUB}/services").form(to="/logout"))

    def left_by_image(self) -> Page:
        """The service `image` asks; the person agrees to leave everything."""
        index = self.image.one(".//saml:AuthnStatement").get("SessionIndex")
        xml = (
            f'<samlp:LogoutRequest {NAMESPACES} ID="_o" Version="2.0" Destination="{SLO}" '
            f'IssueInstant="{NOON:%Y-%m-%dT%H:%M:%SZ}">'
            "<saml:Issuer>https://image.test/sp</saml:Issuer>"
            f"<saml:NameID>{self.image.name.text}</saml:NameID>"
            f"<samlp:SessionIndex>{index}</samlp:SessionIndex></samlp:LogoutRequest>"
        )
        page = self.visitor.open(f"{SLO}?{signed_redirect(xml, 'back')}")
        return self.visitor.submit(page.form(asking="departure"))

    def framed(self, page: Page, site: str = "cross-site") -> None:
        """What the frames of *page* do while it stays; a form in one sends itself, by script."""
        for address in page.frames():
            inside = self.visitor.open_frame(address, site)
            if inside and inside.has("SAMLRequest"):
                self.posted(inside, site)

    def posted(self, page: Page, site: str) -> Page | None:
        form = page.form(asking="SAMLRequest")
        try:
            return self.visitor.submit(form, site=site)
        except httpx.TransportError:
            return None

    def _carried(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "file.test":
            return self.files.answer(request)
        return httpx.Response(200, text="Images")


def onward(page: Page) -> str:
    return page.headers["refresh"].partition("url=")[2]


def status_of(page: Page) -> list[str]:
    read = saml.read_query(urlsplit(page.address).query, "SAMLResponse")
    root = saml.message(saml.inflated(read.message))
    codes = root.iterfind(".//samlp:StatusCode", NS)
    return [str(each.get("Value")).rpartition(":")[2] for each in codes]


def logout_response(issuer: str, request: str | None, status: str) -> str:
    """*status*: the code, and after a stroke the one inside it."""
    code = ""
    for each in reversed(status.split("/")):
        value = f"urn:oasis:names:tc:SAML:2.0:status:{each}"
        code = f'<samlp:StatusCode Value="{value}">{code}</samlp:StatusCode>'
    return (
        f'<samlp:LogoutResponse {NAMESPACES} ID="_r" Version="2.0" Destination="{SLO}" '
        f'IssueInstant="{NOON:%Y-%m-%dT%H:%M:%SZ}" InResponseTo="{request}">'
        f"<saml:Issuer>{issuer}</saml:Issuer><samlp:Status>"
        f"{code}</samlp:Status></samlp:LogoutResponse>"
    )


def asked_of(request: httpx.Request) -> Any:
    """The LogoutRequest as the service reads it, its signature proved as its binding has it."""
    if request.method == "GET":
        read = saml.read_query(request.url.query.decode(), "SAMLRequest")
        return saml.message(saml.inflated(read.message))
    [text] = parse_qs(request.content.decode())["SAMLRequest"]
    root = etree.fromstring(base64.b64decode(text))
    assert root.find("ds:Signature", NS) is not None
    return root


def _answered(request: httpx.Request, status: str) -> str:
    return logout_response(files().entity_id, asked_of(request).get("ID"), status)


BINDINGS = (REDIRECT, POST)
