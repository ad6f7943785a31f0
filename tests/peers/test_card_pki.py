"""OpenSSL asks the test authority's responder, and reads its lists."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.parts import program
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder, port = tmp_path_factory.mktemp("pki"), free_port()
    words = [sys.executable, "-m", "hub_plugins.demo.pki", str(folder), "--respond", str(port)]
    log = folder / "log"
    with running(words, log) as process:
        wait_until(lambda: listening(port), process, log)
        yield folder, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(("card", "said"), [("cps", "good"), ("revoked", "revoked")])
def test_openssl_is_told_about_a_card(served: tuple[Path, str], card: str, said: str) -> None:
    folder, address = served
    pem = folder / "cards" / f"{card}.pem"
    # Its file holds the certificate, then the authority's.
    issuer = folder / f"{card}.issuer.pem"
    issuer.write_text("-----BEGIN" + pem.read_text().split("-----BEGIN")[2])
    asked = ["ocsp", "-issuer", issuer, "-cert", pem, "-CAfile", chain(folder)]
    told = subprocess.run(
        [program("openssl"), *map(str, asked), "-url", f"{address}/ocsp"],
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert "Response verify OK" in told.stderr and f"{pem}: {said}" in told.stdout


def test_openssl_reads_the_lists(served: tuple[Path, str]) -> None:
    folder, address = served
    with urllib.request.urlopen(f"{address}/list-6.crl", timeout=10) as answer:
        der = answer.read()
    told = subprocess.run(
        [
            program("openssl"),
            "crl",
            "-inform",
            "DER",
            "-CAfile",
            str(folder / "chain.pem"),
            "-noout",
        ],
        input=der,
        capture_output=True,
        check=True,
        timeout=20,
    )
    assert b"verify OK" in told.stderr


def chain(folder: Path) -> str:
    file = folder / "chain.pem"
    parts = (folder / "roots.pem", folder / "authorities.pem")
    file.write_text("".join(each.read_text() for each in parts))
    return str(file)
