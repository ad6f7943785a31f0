"""Our SAML signatures judged by the program `xmlsec1`."""

import base64
import subprocess
from pathlib import Path

import pytest

from tests.frontends.saml.party import Party
from tests.peers.parts import program

RESPONSE = "urn:oasis:names:tc:SAML:2.0:protocol:Response"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"


@pytest.fixture
def party(tmp_path: Path) -> Party:
    return Party(tmp_path)


def verified(document: bytes, element: str, folder: Path) -> bool:
    """By the certificates the hub's own key file holds, and no other."""
    file = folder / "document.xml"
    file.write_bytes(document)
    words = ["--verify", "--pubkey-cert-pem", str(folder / "saml" / "rsa.pem")]
    where = ["--id-attr:ID", element, str(file)]
    done = subprocess.run([program("xmlsec1"), *words, *where], capture_output=True, check=False)
    return done.returncode == 0


def test_xmlsec1_verifies_a_response_and_the_metadata(party: Party, tmp_path: Path) -> None:

    document = base64.b64decode(party.signed_in(party.sp.request()).text)
    assert verified(document, RESPONSE, tmp_path)
    assert not verified(document.replace(b">Ann<", b">Bob<"), RESPONSE, tmp_path)
    assert verified(party.metadata(), METADATA, tmp_path)
    party.close()
