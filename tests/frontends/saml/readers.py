"""Services on pysaml2 and python3-saml, reading what the hub tells them."""

import calendar
from pathlib import Path
from typing import Any

import pytest
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, mdstore, time_util
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.request import Request
from saml2.response import StatusResponse

from hub.contract.services import DeclaredPeer
from hub.contract.values import Json
from hub.saml.pysaml2 import install
from tests.frontends.saml.party import Party
from tests.frontends.saml.sp import ACS, NOON, pem


def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both libraries look at the real clock; the hub's stands at noon."""
    now = calendar.timegm(NOON.timetuple())
    monkeypatch.setattr(OneLogin_Saml2_Utils, "now", staticmethod(lambda: now))
    monkeypatch.setattr(time_util, "utc_now", lambda: now)
    monkeypatch.setattr(mdstore, "valid", lambda until: True)
    monkeypatch.setattr(StatusResponse, "issue_instant_ok", lambda self: True)
    monkeypatch.setattr(Request, "issue_instant_ok", lambda self: True)


def python3_saml(party: Party, posted: dict[str, str], got: dict[str, str] | None = None) -> Any:
    """As it stands behind the address that was posted to, or got with a query."""
    described = OneLogin_Saml2_IdPMetadataParser.parse(party.metadata())
    table = table_of(party)
    certificates = described["idp"].pop("x509certMulti", {}).get("signing", [])
    number = 1 if table.get("algorithm") == "ecdsa-sha256" else 0
    described["idp"]["x509cert"] = certificates[number]
    text = pem("sp").decode()
    path = "/slo" if got else "/acs"
    asked = {"http_host": "image.test", "script_name": path, "https": "on", "get_data": got or {}}
    slo = {"singleLogoutService": {"url": party.sp.logout}} if got else {}
    return OneLogin_Saml2_Auth(
        {**asked, "post_data": posted},
        {
            **described,
            "strict": True,
            "sp": {
                "entityId": party.sp.entity_id,
                "assertionConsumerService": {"url": ACS},
                "privateKey": text,
                "x509cert": text[text.index("-----BEGIN CERT") :],
                **slo,
            },
            "security": {
                "wantAssertionsSigned": table.get("sign", "both") != "response",
                "wantMessagesSigned": table.get("sign", "both") != "assertion" or bool(got),
                "wantAssertionsEncrypted": party.sp.encrypts,
                "rejectDeprecatedAlgorithm": not table.get("weak"),
            },
        },
    )


def pysaml2(party: Party, folder: Path) -> Saml2Client:
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
                "endpoints": {
                    "assertion_consumer_service": [(ACS, BINDING_HTTP_POST)],
                    "single_logout_service": [(party.sp.logout, BINDING_HTTP_REDIRECT)],
                },
                "want_response_signed": False,
                "want_assertions_signed": False,
                "want_assertions_or_response_signed": True,
                "allow_unsolicited": True,
            }
        },
    }
    return Saml2Client(config=SPConfig().load(declared))


def table_of(party: Party) -> "dict[str, Json]":
    peer = next(iter(party.hub.rules.services.values())).peer
    assert isinstance(peer, DeclaredPeer)
    return dict(peer.table)
