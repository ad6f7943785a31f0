"""The agent on SoftHSM2: RSA and both curves, a wrong PIN, a token for documents only."""

import json
import subprocess
import sys
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hub_plugins.methods.cps.challenge import signed
from tests.peers.parts import program
from tests.peers.softhsm import MODULE, PIN, softhsm
from tests.peers.token_signing import TEXT

KEYS: dict[str, Any] = {
    "RS256": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
}


def certificate(key: Any, *, authenticates: bool) -> bytes:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "899700075064")])
    usage = x509.KeyUsage(authenticates, not authenticates, *[False] * 7)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    made = made.public_key(key.public_key()).not_valid_before(now)
    made = made.not_valid_after(now + timedelta(days=1)).add_extension(usage, critical=True)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def said(folder: Path, key: Any, *pins: str, authenticates: bool = True) -> Any:
    """What a token with this key says to these PINs, one after the other."""
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(plain)
    (folder / "certificate.der").write_bytes(certificate(key, authenticates=authenticates))
    with softhsm(folder) as token:
        token.token("card")
        wanted = ["--token", "card", "--label", "card", "--id", "01", "--pin", PIN]
        _run(program("softhsm2-util"), "--import", str(folder / "key.pem"), *wanted)
        tool = [program("pkcs11-tool"), "--module", str(MODULE), "--login", "--pin", PIN]
        held = ["--write-object", str(folder / "certificate.der"), "--type", "cert", "--id", "01"]
        _run(*tool, *held)
        told = _run(sys.executable, "-m", "tests.peers.token_signing", str(MODULE), *pins)
    return json.loads(told)


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_token_signs_what_the_hub_verifies(tmp_path: Path, algorithm: str) -> None:
    (once,) = said(tmp_path, KEYS[algorithm](), PIN)
    der, signature = b64decode(once["certificate"]), b64decode(once["signature"])
    assert once["algorithm"] == algorithm
    assert signed(der, algorithm, signature, TEXT)


def test_a_wrong_pin_signs_nothing_and_the_right_one_still_does(tmp_path: Path) -> None:
    wrong, right = said(tmp_path, KEYS["ES256"](), "000000", PIN)
    assert (wrong["signed"], wrong["refused"], right["signed"]) == (False, "wrong_pin", True)


def test_a_certificate_for_signing_documents_is_never_used(tmp_path: Path) -> None:
    assert said(tmp_path, KEYS["ES256"](), PIN, authenticates=False) == []


def _run(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
    return done.stdout
