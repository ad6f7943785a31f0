"""One response of a SAML provider to a browser whose session lives, verified as a service would."""

import base64
import re
import secrets
import zlib
from dataclasses import field
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final
from urllib.parse import urlencode

import xmlsec
from lxml import etree

from benchmarks.provider import Provider
from benchmarks.wire import Connection, WrongAnswer
from hub import saml
from hub.contract.values import value

_SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
_SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
_FIELD: Final = re.compile(rb'name="SAMLResponse"\s+value="([^"]+)"')
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"


@value
class Idp:
    """*at* is what is measured; the service `sp` is who asks."""

    name: str
    at: Provider
    sso: str
    """Path of its single sign-on by redirect."""
    destination: str
    sp: str
    """Entity ID."""
    consumer: str
    keys: tuple[saml.Certificate, ...] = field(repr=False)
    own: saml.SigningKey = field(repr=False)
    """The service's, which opens what was hidden for it."""
    sealed: bool


class SamlFlow:
    """Bound to one connection."""

    def __init__(self, idp: Idp, connection: Connection) -> None:
        self._idp = idp
        self._connection = connection
        self._opener = xmlsec.KeysManager()
        self._opener.add_key(idp.own.key)

    def run(self) -> str:
        """The NameID. Anything unexpected raises `WrongAnswer`."""
        asked = f"_{secrets.token_hex(16)}"
        page = self._connection.get(self.path(asked), {"Cookie": self._idp.at.cookie}).expect(200)
        found = _FIELD.search(page.body)
        if found is None:
            raise WrongAnswer(f"a page without an answer: {page.body[:300]!r}")
        document = base64.b64decode(unescape(found[1].decode()))
        return self._read(saml.genuine(saml.message(document), self._idp.keys), asked)

    def path(self, request: str) -> str:
        """Where the browser is sent with the request of that ID; not signed, as stock wants it."""
        xml = (
            f'<p:AuthnRequest xmlns:p="{_SAMLP}" xmlns:s="{_SAML}" ID="{request}" Version="2.0" '
            f'IssueInstant="{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" '
            f'Destination="{self._idp.destination}" '
            f'AssertionConsumerServiceURL="{self._idp.consumer}">'
            f"<s:Issuer>{self._idp.sp}</s:Issuer></p:AuthnRequest>"
        )
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = base64.b64encode(packer.compress(xml.encode()) + packer.flush()).decode()
        return f"{self._idp.sso}?{urlencode({'SAMLRequest': packed, 'RelayState': request})}"

    def _read(self, response: Any, asked: str) -> str:
        code = response.find(f"{{{_SAMLP}}}Status/{{{_SAMLP}}}StatusCode")
        if code is None or code.get("Value") != _SUCCESS or response.get("InResponseTo") != asked:
            raise WrongAnswer("not the answer to this question")
        assertion = saml.genuine(self._assertion(response), self._idp.keys)
        audience = assertion.findtext(f".//{{{_SAML}}}Audience")
        if audience != self._idp.sp or assertion.find(f".//{{{_SAML}}}AttributeValue") is None:
            raise WrongAnswer(f"said to {audience}, or nothing of the person")
        return str(assertion.findtext(f"{{{_SAML}}}Subject/{{{_SAML}}}NameID"))

    def _assertion(self, response: Any) -> Any:
        hidden = response.find(f"{{{_SAML}}}EncryptedAssertion/{saml.ENCRYPTED_DATA}")
        if (hidden is not None) != self._idp.sealed:
            raise WrongAnswer("hidden or not, the other way round")
        if hidden is None:
            return response.find(f"{{{_SAML}}}Assertion")
        # Not by the hub's own reader: it refuses the ciphers of the other sides.
        plain = xmlsec.EncryptionContext(self._opener).decrypt(hidden)
        return saml.message(etree.tostring(plain))
