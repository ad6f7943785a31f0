"""What the demo service that speaks SAML is: `python -m hub_plugins.demo.saml_party`."""

import argparse
import os
import tomllib
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Words
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from werkzeug.serving import make_server

from hub import value

from .party import Site, secret_of

NAME: Final = "emage-saml"
METADATA: Final = f"{NAME}.xml"
"""The file, in the folder of the region, by which the hub knows the service."""
ANSWERS: Final = "/saml/acs"
LEAVING: Final = "/saml/slo"
_CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----"
_YEARS: Final = timedelta(days=3650)


@value
class SamlParty(Site):
    """One service provider, as its own side knows it."""

    key_pair: str = field(repr=False)
    """Its private key, then its certificate, in PEM."""

    @property
    def entity_id(self) -> str:
        return f"{self.address}/saml/metadata"


def saml_party(folder: Path) -> SamlParty:
    """Read the service of the region in *folder*; its key is made at the first call."""
    region = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    service = region["service"][NAME]
    launch = urlsplit(service["launch"])
    return SamlParty(
        name=NAME,
        title=service["title"],
        address=f"{launch.scheme}://{launch.netloc}",
        issuer=region["public_address"],
        key=secret_of(folder / "services" / f"{NAME}.cookie"),
        record="study",
        key_pair=_key_pair(folder / "services" / f"{NAME}.pem"),
    )


def described(site: SamlParty) -> str:
    """Its metadata, for the hub: without a date, since a demo lies in a drawer for months."""
    own = OneLogin_Saml2_Settings(toolkit_settings(site), sp_validation_only=True)
    return _text(own.get_sp_metadata())


def toolkit_settings(site: SamlParty, provider: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What python3-saml is told: nothing unsigned goes out, and nothing unsigned is believed."""
    private, mark, certificate = site.key_pair.partition(_CERTIFICATE)
    return {
        "strict": True,
        "sp": {
            "entityId": site.entity_id,
            "assertionConsumerService": {"url": f"{site.address}{ANSWERS}"},
            "singleLogoutService": {"url": f"{site.address}{LEAVING}"},
            "NameIDFormat": Words.NAMEID_PERSISTENT,
            "privateKey": private,
            "x509cert": f"{mark}{certificate}",
        },
        "security": {
            "authnRequestsSigned": True,
            "logoutRequestSigned": True,
            "logoutResponseSigned": True,
            # Without this python3-saml takes a LogoutRequest that nobody signed.
            "wantMessagesSigned": True,
            "wantAssertionsSigned": True,
            "wantAssertionsEncrypted": True,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "metadataValidUntil": "",
            "metadataCacheDuration": "",
        },
        **({"idp": dict(provider)} if provider else {}),
    }


def _key_pair(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_made(datetime.now(UTC)))
    return file.read_text(encoding="ascii")


def _made(now: datetime) -> bytes:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .sign(private, hashes.SHA256())
    )
    secret: bytes = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.public_bytes(Encoding.PEM)


def _text(written: str | bytes) -> str:
    return written.decode() if isinstance(written, bytes) else written


def main() -> None:
    from hub_plugins.demo.saml_pages import make_saml_party  # Flask is not needed to read a region

    parser = argparse.ArgumentParser(prog="python -m hub_plugins.demo.saml_party")
    parser.add_argument("--folder", type=Path, required=True)
    served = saml_party(parser.parse_args().folder)
    make_server("127.0.0.1", served.port, make_saml_party(served), threaded=True).serve_forever()


if __name__ == "__main__":
    main()
