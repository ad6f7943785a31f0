"""Our SAML signatures judged by the program `xmlsec1`."""

import base64
import subprocess
from pathlib import Path

import pytest

from tests.frontends.saml.party import Party, connected
from tests.frontends.saml.sp import ServiceProvider
from tests.peers.parts import program

RESPONSE = "urn:oasis:names:tc:SAML:2.0:protocol:Response"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"


def verified(document: bytes, element: str, key: Path, folder: Path) -> bool:
    """By the certificate in the hub's own key file, and no other."""
    file = folder / "document.xml"
    file.write_bytes(document)
    words = ["--verify", "--pubkey-cert-pem", str(key)]
    where = ["--id-attr:ID", element, str(file)]
    done = subprocess.run([program("xmlsec1"), *words, *where], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize(("signs", "element"), [("response", RESPONSE), ("assertion", ASSERTION)])
# Debian's 1.2 knows no PSS: python3-saml judges that, on the library's 1.3.
@pytest.mark.parametrize(("algorithm", "kind"), [("rsa-sha256", "rsa"), ("ecdsa-sha256", "ec")])
def test_xmlsec1_verifies_what_is_told_and_nothing_that_was_changed(
    tmp_path: Path, algorithm: str, kind: str, signs: str, element: str
) -> None:
    sp, key = ServiceProvider(), tmp_path / "saml" / f"{kind}.pem"
    party = Party(tmp_path, connected("image", sp, sign=signs, algorithm=algorithm))
    document = base64.b64decode(party.signed_in(sp.request()).text)
    assert verified(document, element, key, tmp_path)
    assert not verified(document.replace(b">Ann<", b">Bob<"), element, key, tmp_path)
    party.close()


def test_xmlsec1_verifies_the_metadata(tmp_path: Path) -> None:
    party = Party(tmp_path)
    assert verified(party.metadata(), METADATA, tmp_path / "saml" / "rsa.pem", tmp_path)
    party.close()
