"""A service provider of the tests' own: its keys, its metadata, the requests it writes."""

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree

from hub import saml

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HUB = "https://hub.test"
SSO, SLO = f"{HUB}/saml/sso", f"{HUB}/saml/slo"
ACS = "https://image.test/acs"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
NAMESPACES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)


@lru_cache
def pem(name: str) -> bytes:
    """A private key and its certificate; slow to make, so once for each name."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(NOON + timedelta(days=3650))
        .sign(private, hashes.SHA256())
    )
    plain = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return plain + certificate.public_bytes(Encoding.PEM)


def certificate(name: str) -> bytes:
    """In PEM, without the key."""
    return pem(name)[pem(name).index(b"-----BEGIN CERT") :]


def key(name: str) -> saml.SigningKey:
    return saml.SigningKey(pem(name), pem(name))


@dataclass
class ServiceProvider:
    entity_id: str = "https://image.test/sp"
    consumers: tuple[str, ...] = (ACS, "https://image.test/other")
    signs: bool = False
    encrypts: bool = False
    ciphers: tuple[str, ...] = ()
    logout: str = "https://image.test/slo"
    logout_by: str = REDIRECT
    until: str = ""
    keys: tuple[str, ...] = ("sp",)
    ids: int = field(default=0)

    def metadata(self) -> str:
        uses = ["signing", *(["encryption"] if self.encrypts else [])]
        consumers = "".join(
            f'<md:AssertionConsumerService Binding="{POST}" Location="{each}" index="{n}"/>'
            for n, each in enumerate(self.consumers)
        )
        until = f' validUntil="{self.until}"' if self.until else ""
        return (
            '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{self.entity_id}"{until}>'
            f'<md:SPSSODescriptor AuthnRequestsSigned="{str(self.signs).lower()}" '
            'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            + "".join(self._key(name, use) for name in self.keys for use in uses)
            + f'<md:SingleLogoutService Binding="{self.logout_by}" Location="{self.logout}"/>'
            f"{consumers}</md:SPSSODescriptor></md:EntityDescriptor>"
        )

    def _key(self, name: str, use: str) -> str:
        methods = "".join(f'<md:EncryptionMethod Algorithm="{each}"/>' for each in self.ciphers)
        return (
            f'<md:KeyDescriptor use="{use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            f"{key(name).certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            f"{methods if use == 'encryption' else ''}</md:KeyDescriptor>"
        )

    def request(self, inside: str = "", at: datetime = NOON, **attributes: Any) -> str:
        """An AuthnRequest; attributes that are None are left out."""
        self.ids += 1
        given: dict[str, str | None] = {
            "ID": f"_request{self.ids}",
            "Version": "2.0",
            "IssueInstant": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Destination": SSO,
            "AssertionConsumerServiceURL": ACS,
            **attributes,
        }
        written = " ".join(f'{name}="{text}"' for name, text in given.items() if text is not None)
        issuer = f"<saml:Issuer>{self.entity_id}</saml:Issuer>"
        return f"<samlp:AuthnRequest {NAMESPACES} {written}>{issuer}{inside}</samlp:AuthnRequest>"


def classes(*names: str, comparison: str = "") -> str:
    compared = f' Comparison="{comparison}"' if comparison else ""
    inside = "".join(
        f"<saml:AuthnContextClassRef>{each}</saml:AuthnContextClassRef>" for each in names
    )
    return f"<samlp:RequestedAuthnContext{compared}>{inside}</samlp:RequestedAuthnContext>"


def deflated(xml: str | bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    octets = xml.encode() if isinstance(xml, str) else xml
    return base64.b64encode(packer.compress(octets) + packer.flush()).decode()


def redirected(xml: str, relay: str | None = None, name: str = "SAMLRequest") -> str:
    fields = {name: deflated(xml), "RelayState": relay}
    return urlencode({name: text for name, text in fields.items() if text is not None})


def signed_redirect(
    xml: str, relay: str | None = None, by: str = "sp", name: str = "SAMLRequest"
) -> str:
    return saml.signed_query(name, deflated(xml), relay, key(by))


def lower_case(query: str, by: str = "sp") -> str:
    """As ADFS writes it: the escapes in lower case, and the signature over that."""
    unsigned = query.partition("&Signature=")[0]
    lowered = _lowered(unsigned)
    made = saml_signature(lowered.encode(), by)
    return f"{lowered}&Signature={quote(base64.b64encode(made).decode(), safe='')}"


def _lowered(text: str) -> str:
    first, *rest = text.split("%")
    return "%".join([first, *(each[:2].lower() + each[2:] for each in rest)])


def saml_signature(octets: bytes, by: str) -> bytes:
    from hub.saml.queries import signature

    return signature(octets, key(by), saml.RSA_SHA256)


def enveloped(xml: str, by: str = "sp") -> str:
    """*xml* signed inside, as it is posted."""
    root = etree.fromstring(xml)
    saml.sign(root, key(by), saml.RSA_SHA256)
    written: str = etree.tostring(root).decode()
    return written
