"""A hospital's SAML provider, by pysaml2, and SATOSA's own backend configured for it."""

import base64
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID

from hub.saml.pysaml2 import install

with warnings.catch_warnings():
    # pysaml2 names a cipher mode that cryptography has moved.
    warnings.simplefilter("ignore", CryptographyDeprecationWarning)
    from saml2.server import Server

AT = "https://idp.hospital.test"
ENTITY = f"{AT}/metadata"
SSO = f"{AT}/sso"
CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
BACKEND = """
module: satosa.backends.saml2.SAMLBackend
name: hospital
config:
  entityid_endpoint: true
  sp_config:
    key_file: <folder>/sp.key
    cert_file: <folder>/sp.crt
    allow_unknown_attributes: true
    entityid: <base_url>/<name>/metadata
    metadata:
      local: [<folder>/idp.xml]
    service:
      sp:
        want_response_signed: true
        want_assertions_signed: true
        allow_unsolicited: false
        authn_requests_signed: true
        endpoints:
          assertion_consumer_service:
          - [<base_url>/<name>/acs/post, 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST']
"""
INTERNAL = """
attributes:
  rppsnumber: {saml: [employeeNumber]}
  displayname: {saml: [displayName]}
"""
MICRO_SERVICE = """
module: satosa.micro_services.attribute_authorization.AttributeAuthorization
name: only_the_staff
config:
  attribute_allow:
    default:
      default:
        rppsnumber: ["^997"]
"""
TABLE: Mapping[str, Any] = {
    "title": "Centre hospitalier",
    "file": "backend.yaml",
    "internal_attributes": "internal_attributes.yaml",
    "micro_services": ["micro_service.yaml"],
    "identifiers": {"rpps": "rppsnumber"},
    "possible": {"factors": ["knowledge"], "amr": ["pwd"]},
}


class Hospital:
    """Its metadata, and all that `hub.toml` names, written into *folder*."""

    def __init__(self, folder: Path) -> None:
        install()
        for name in ("sp", "idp"):
            _key_pair(folder, name)
        config = IdPConfig().load(_config(folder))
        (folder / "idp.xml").write_text(str(entity_descriptor(config)), encoding="utf-8")
        (folder / "backend.yaml").write_text(BACKEND, encoding="utf-8")
        (folder / "internal_attributes.yaml").write_text(INTERNAL, encoding="utf-8")
        (folder / "micro_service.yaml").write_text(MICRO_SERVICE, encoding="utf-8")
        self._folder = folder

    def knows(self, metadata: str) -> None:
        """The hub's own metadata, as a hospital imports it."""
        (self._folder / "sp.xml").write_text(metadata, encoding="utf-8")
        known = {"metadata": {"local": [str(self._folder / "sp.xml")]}}
        self._server = Server(config=IdPConfig().load(_config(self._folder) | known))

    def answer(self, request: str, attributes: Mapping[str, Sequence[str]], to: str = "") -> str:
        """What it posts after somebody signed in there: `SAMLResponse`."""
        asked = self._server.parse_authn_request(request, BINDING_HTTP_REDIRECT)
        told = self._server.response_args(asked.message, [BINDING_HTTP_POST])
        response = self._server.create_authn_response(
            identity={name: list(texts) for name, texts in attributes.items()},
            userid="ann",
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text="ann-at-the-hospital"),
            authn={"class_ref": CLASS, "authn_auth": AT},
            sign_response=True,
            sign_assertion=True,
            **{**told, "destination": to or told["destination"]},
        )
        return base64.b64encode(str(response).encode()).decode()


def _config(folder: Path) -> dict[str, Any]:
    return {
        "entityid": ENTITY,
        "key_file": str(folder / "idp.key"),
        "cert_file": str(folder / "idp.crt"),
        "service": {
            "idp": {
                "endpoints": {"single_sign_on_service": [(SSO, BINDING_HTTP_REDIRECT)]},
                "want_authn_requests_signed": False,
                "policy": {"default": {"lifetime": {"minutes": 5}}},
            }
        },
    }


def _key_pair(folder: Path, name: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
