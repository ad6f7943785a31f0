"""A service side of the hub in process, with one browser and services that speak SAML."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree
from werkzeug.test import Client as Browser
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from hub.browser import Cookies
from hub.contract.identifiers import LoginId
from hub.contract.services import DeclaredPeer, Service
from hub.contract.values import Json
from hub.broker.outcomes import Browser as Seen
from hub.federation.application import ServiceSide, make_federation
from hub.federation.mishaps import Mishap
from hub.testing.hub import MemoryHub, service
from hub.testing.settings import TableSettings
from hub.testing.tables import memory_database
from hub.testing.toolbox import MemoryLeaving, MemorySessions, MemoryToolbox
from hub_frontends.saml import protocol_frontends
from hub_frontends.saml.tables import metadata
from tests.frontends.oidc.party import HubClock
from tests.frontends.saml.sp import HUB, ServiceProvider, redirected

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

NS = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
}


def error_page(environ: "WSGIEnvironment", mishap: Mishap) -> "WSGIApplication":
    return Response(f"{mishap.code} {mishap.support}", status=mishap.status)


def connected(name: str, sp: ServiceProvider, minimum: str = "low", **table: Json) -> Service:
    told = ["given_name", "surname", "rpps", "email", "situation"]
    peer = DeclaredPeer(frontend="saml", table={"metadata_xml": sp.metadata(), **table})
    return replace(service(name, minimum, claims=told), peer=peer)


class Party:
    """`image` asks little, `file` a high level; the tests are their service providers."""

    def __init__(
        self, keys: Path, *services: Service, plugin: Mapping[str, Json] | None = None
    ) -> None:
        self.sp = ServiceProvider()
        self.file = ServiceProvider(
            entity_id="https://file.test/sp", consumers=("https://file.test/acs",)
        )
        joined = services or (
            connected("image", self.sp),
            connected("file", self.file, "high"),
        )
        self.hub = MemoryHub(*joined)
        unit_of_work, self.statements, self.engine = memory_database(metadata)
        self.toolbox = MemoryToolbox("saml", time=HubClock(self.hub), unit_of_work=unit_of_work)
        self.toolbox.services.update({each.id: each for each in joined})
        self.sessions: MemorySessions = MemorySessions()
        self.leaving: MemoryLeaving = MemoryLeaving()
        self.toolbox.sessions, self.toolbox.leaving = self.sessions, self.leaving
        settings = TableSettings(keys, saml={"keys": "saml", **(plugin or {})})
        side = ServiceSide(
            base_url=HUB,
            frontends=list(protocol_frontends(settings, joined)),
            bind=lambda name: self.toolbox,
            broker=self.hub.broker,
            cookies=Cookies(secure=False),
            error_page=error_page,
        )
        self.wsgi = make_federation(side)
        self.endings = side.endings
        self.browser = Browser(self.wsgi)

    def close(self) -> None:
        self.engine.dispose()

    def metadata(self) -> bytes:
        return bytes(self.browser.get("/saml/metadata").data)

    def ask(self, xml: str, relay: str | None = None) -> TestResponse:
        return self.get(redirected(xml, relay))

    def get(self, query: str) -> TestResponse:
        return self.browser.get(f"/saml/sso?{query}")

    def post(self, xml: str, relay: str | None = None, path: str = "/saml/sso") -> TestResponse:
        fields = {"SAMLRequest": base64.b64encode(xml.encode()).decode(), "RelayState": relay}
        given = {name: text for name, text in fields.items() if text is not None}
        return self.browser.post(path, data=given)

    def sign_in(self, arrived: TestResponse, *methods: str, identifier: str = "ann") -> None:
        """What the hub's own pages do between the two requests of the service side."""
        assert arrived.status_code == 303, arrived.data
        login = arrived.location.removeprefix("/login/")
        bound = self.browser.get_cookie("hub_browser")
        assert bound is not None
        session = self.hub.browser.session
        self.hub.browser = Seen(key=bound.value, session=session, source="127.0.0.0/24")
        self.hub.login = LoginId(login)
        for method in methods or ("password",):
            self.hub.prove(method, identifier)
        assert self.hub.browser.session
        self.browser.set_cookie("hub_session", self.hub.browser.session)

    def complete(self, arrived: TestResponse) -> "Given":
        return given(self.browser.get(arrived.location.replace("/login/", "/broker/complete/")))

    def signed_in(self, xml: str, *methods: str, relay: str | None = None) -> "Given":
        """The answer to a person who signs in, or who is already."""
        arrived = self.ask(xml, relay)
        if arrived.status_code == 303:
            self.sign_in(arrived, *methods)
            return self.complete(arrived)
        return given(arrived)


class Given:
    """An answer as it arrives at the service."""

    def __init__(self, address: str, fields: Mapping[str, str]) -> None:
        self.address = address
        self.fields = fields
        self.text = fields["SAMLResponse"]
        self.root = etree.fromstring(base64.b64decode(self.text))

    def codes(self) -> list[str]:
        """The last words of the status codes, the outer one first."""
        found = self.root.iterfind(".//samlp:StatusCode", NS)
        return [each.get("Value").rpartition(":")[2] for each in found]

    def one(self, path: str) -> Any:
        [found] = self.root.findall(path, NS)
        return found

    def all(self, path: str) -> list[Any]:
        return list(self.root.findall(path, NS))

    @property
    def context(self) -> str:
        return str(self.one(".//saml:AuthnContextClassRef").text)

    @property
    def name(self) -> Any:
        return self.one(".//saml:Subject/saml:NameID")

    def attributes(self) -> dict[str, list[str]]:
        return {
            each.get("Name"): [value.text for value in each.findall("saml:AttributeValue", NS)]
            for each in self.all(".//saml:Attribute")
        }


def given(page: TestResponse) -> Given:
    """What the form on *page* posts."""
    assert page.status_code == 200, (page.status_code, page.data[:300])
    text = page.get_data(as_text=True)
    [address] = re.findall(r'<form method="post" action="([^"]*)"', text)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', text))
    return Given(_plain(address), {name: _plain(each) for name, each in fields.items()})


def _plain(text: str) -> str:
    for escape, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(escape, sign)
    return text.replace("&amp;", "&")
