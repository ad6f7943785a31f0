"""People come from SAML providers we did not write: stock pysaml2 and SimpleSAMLphp."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.peers.parts import program
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port
from tests.federation.visits import HUB
from tests.peers.saml_upstream import NAME, SamlUpstream
from tests.peers.simplesaml import LOGIN, PASSWORD, simplesaml
from tests.vectors.saml.keys import pair

UID = "urn:oid:0.9.2342.19200300.100.1.1"


@contextmanager
def pysaml2_provider(folder: Path) -> Iterator[str]:
    program("xmlsec1")
    pair("idp").written(folder, "idp")
    port, log = free_port(), folder / "idp.log"
    script = Path(__file__).with_name("pysaml2_idp.py")
    argv = [sys.executable, "-W", "ignore", str(script), str(folder), str(port)]
    with running(argv, log) as process:
        wait_until(lambda: listening(port), process, log)
        yield f"http://localhost:{port}"


def test_somebody_comes_from_pysaml2(tmp_path: Path) -> None:
    with pysaml2_provider(tmp_path) as address:
        metadata = httpx.get(f"{address}/metadata").content
        there = SamlUpstream(
            tmp_path, metadata, f"{address}/metadata", identifiers={UID: "rpps"}, signed="both"
        )
        (tmp_path / "sp.xml").write_bytes(there.own_metadata())
        page = there.sign_in()
        assert page.path == "/services", page.words
        assert "Ann Martin" in page.words
        there.there.close()


# Version 1 encrypts by CBC alone, which nothing protects from change.
@pytest.mark.parametrize(
    ("sealed", "settings", "inside"),
    [
        (False, {"signed": "both"}, True),
        (True, {"encrypted": True, "weak": ["cbc"]}, True),
        (True, {"encrypted": True}, False),
    ],
    ids=["plain", "encrypted", "encrypted and not exempted"],
)
def test_somebody_comes_from_simplesamlphp(
    tmp_path: Path, sealed: bool, settings: Mapping[str, Any], inside: bool
) -> None:
    with simplesaml(f"{HUB}/{NAME}", sealed) as (entity_id, metadata):
        numbers = {"rpps": "rpps"}
        there = SamlUpstream(tmp_path, metadata, entity_id, identifiers=numbers, **settings)
        page = there.sign_in({"username": LOGIN, "password": PASSWORD})
        there.there.close()
    assert (page.path == "/services") == inside, page.words
    if not inside:
        assert "un procédé qui n’est plus sûr" in page.alert()
