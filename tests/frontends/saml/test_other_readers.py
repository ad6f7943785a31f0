"""Every response is read by pysaml2 and python3-saml, as services do that run them."""

import calendar
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from saml2 import BINDING_HTTP_POST, mdstore, time_util
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.response import StatusResponse

from hub.contract.values import Json
from tests.frontends.saml.party import Given, Party, connected
from tests.frontends.saml.sp import ACS, NOON, ServiceProvider, pem

WAYS: list[dict[str, Json]] = [
    {},
    {"sign": "assertion"},
    {"sign": "response"},
    {"algorithm": "ecdsa-sha256"},
    {"attribute_names": "basic"},
]


@pytest.fixture(params=[(encrypts, way) for encrypts in (False, True) for way in WAYS], ids=str)
def party(request: pytest.FixtureRequest, keys: Path) -> Iterator[Party]:
    encrypts, way = request.param
    sp = ServiceProvider(encrypts=encrypts)
    party = Party(keys, connected("image", sp, **way))
    party.sp = sp
    yield party
    party.close()


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both libraries look at the real clock; the hub's stands at noon."""
    now = calendar.timegm(NOON.timetuple())
    monkeypatch.setattr(OneLogin_Saml2_Utils, "now", staticmethod(lambda: now))
    monkeypatch.setattr(time_util, "utc_now", lambda: now)
    monkeypatch.setattr(mdstore, "valid", lambda until: True)
    monkeypatch.setattr(StatusResponse, "issue_instant_ok", lambda self: True)


def test_pysaml2_reads_what_it_is_told(party: Party, tmp_path: Path) -> None:
    given = party.signed_in(party.sp.request(ID="_asked"))
    client = pysaml2_client(party, tmp_path)
    read = client.parse_authn_request_response(given.text, BINDING_HTTP_POST, {"_asked": "/"})
    assert read.ava["givenName"] == ["Ann"]
    assert read.ava["sn"] == ["Martin"]
    assert read.name_id.text == given_name(given, party)
    assert read.authn_info()[0][0] == "urn:acr:low"


def test_python3_saml_reads_what_it_is_told(party: Party) -> None:
    given = party.signed_in(party.sp.request(ID="_asked"))
    read = onelogin(party, given)
    read.process_response(request_id="_asked")
    assert read.get_errors() == [], read.get_last_error_reason()
    assert read.get_friendlyname_attributes()["givenName"] == ["Ann"]
    assert read.get_session_index()


def given_name(given: Given, party: Party) -> str:
    return onelogin_read(party, given)


def onelogin_read(party: Party, given: Given) -> str:
    read = onelogin(party, given)
    read.process_response(request_id="_asked")
    return str(read.get_nameid())


def onelogin(party: Party, given: Given) -> Any:
    described = OneLogin_Saml2_IdPMetadataParser.parse(party.metadata())
    declared = party.hub.rules.services
    table = next(iter(declared.values())).peer.table  # type: ignore[union-attr]
    certificates = described["idp"].pop("x509certMulti", {}).get("signing", [])
    number = 1 if table.get("algorithm") == "ecdsa-sha256" else 0
    described["idp"]["x509cert"] = certificates[number]
    text = pem("sp").decode()
    asked = {"http_host": "image.test", "script_name": "/acs", "https": "on", "get_data": {}}
    return OneLogin_Saml2_Auth(
        {**asked, "post_data": {"SAMLResponse": given.text}},
        {
            **described,
            "strict": True,
            "sp": {
                "entityId": party.sp.entity_id,
                "assertionConsumerService": {"url": ACS},
                "privateKey": text,
                "x509cert": text[text.index("-----BEGIN CERT") :],
            },
            "security": {
                "wantAssertionsSigned": table.get("sign", "both") != "response",
                "wantMessagesSigned": table.get("sign", "both") != "assertion",
                "wantAssertionsEncrypted": party.sp.encrypts,
                "rejectDeprecatedAlgorithm": True,
            },
        },
    )


def pysaml2_client(party: Party, folder: Path) -> Saml2Client:
    from hub.saml.pysaml2 import install

    install()
    (folder / "idp.xml").write_bytes(party.metadata())
    (folder / "sp.pem").write_bytes(pem("sp"))
    own = str(folder / "sp.pem")
    declared = {
        "entityid": party.sp.entity_id,
        "key_file": own,
        "cert_file": own,
        "encryption_keypairs": [{"key_file": own, "cert_file": own}],
        "metadata": {"local": [str(folder / "idp.xml")]},
        "service": {
            "sp": {
                "endpoints": {"assertion_consumer_service": [(ACS, BINDING_HTTP_POST)]},
                "want_response_signed": False,
                "want_assertions_signed": False,
                "want_assertions_or_response_signed": True,
            }
        },
    }
    return Saml2Client(config=SPConfig().load(declared))
