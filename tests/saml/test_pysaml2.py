"""pysaml2 with the hub's hands: no program is started, and what was verified is what is used."""

import base64
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.utils import CryptographyDeprecationWarning
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, samlp, sigver
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.client import Saml2Client
from saml2.config import IdPConfig, SPConfig
from saml2.metadata import create_metadata_string
from saml2.s_utils import UnravelError
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
from saml2.sigver import SignatureError

with warnings.catch_warnings():
    # pysaml2 names a cipher that cryptography is about to move; the hub uses it nowhere.
    warnings.simplefilter("ignore", CryptographyDeprecationWarning)
    from saml2.server import Server

from hub import saml
from hub.saml.pysaml2 import install
from tests.vectors.saml.keys import pair

SP, IDP = "https://sp.test/sp", "https://idp.test/idp"
ACS = "https://sp.test/acs"


@pytest.fixture(autouse=True)
def the_hubs_hands() -> None:
    install()


class Parties:
    """A service provider and an identity provider who know each other's metadata."""

    def __init__(self, folder: Path, encrypted: bool = False) -> None:
        self.folder = folder
        sp, idp = self._sp([]), self._idp([])
        sp_metadata = self._published("sp", SPConfig().load(sp))
        idp_metadata = self._published("idp", IdPConfig().load(idp))
        self.sp = Saml2Client(SPConfig().load(self._sp([idp_metadata])))
        self.idp = Server(config=IdPConfig().load(self._idp([sp_metadata])))
        self.encrypted = encrypted

    def response(self) -> tuple[str, str]:
        """A response to a request just made, and the request's id."""
        request_id, _ = self.sp.prepare_for_authenticate(IDP, binding=BINDING_HTTP_REDIRECT)
        response = self.idp.create_authn_response(
            {"mail": "ann@idp.test"},
            in_response_to=request_id,
            destination=ACS,
            sp_entity_id=SP,
            userid="ann",
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text="ann"),
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT, "authn_auth": IDP},
            sign_assertion=True,
            sign_response=True,
            encrypt_assertion=self.encrypted,
            encrypted_advice_attributes=False,
        )
        return str(response), request_id

    def read(self, text: str, request_id: str) -> Any:
        posted = base64.b64encode(text.encode()).decode()
        return self.sp.parse_authn_request_response(posted, BINDING_HTTP_POST, {request_id: "/"})

    def _published(self, name: str, config: Any) -> str:
        path = self.folder / f"{name}.xml"
        path.write_text(create_metadata_string(None, config, sign=True), encoding="utf-8")
        return str(path)

    def _common(self, name: str, entity: str, known: list[str]) -> dict[str, Any]:
        key, certificate = pair(name).written(self.folder, name)
        return {
            "entityid": entity,
            "key_file": key,
            "cert_file": certificate,
            "encryption_keypairs": [{"key_file": key, "cert_file": certificate}],
            "metadata": {"local": known},
            "allow_unknown_attributes": True,
        }

    def _sp(self, known: list[str]) -> dict[str, Any]:
        endpoints = {"assertion_consumer_service": [(ACS, BINDING_HTTP_POST)]}
        wanted = {"endpoints": endpoints, "authn_requests_signed": True}
        return self._common("sp", SP, known) | {"service": {"sp": wanted}}

    def _idp(self, known: list[str]) -> dict[str, Any]:
        endpoints = {"single_sign_on_service": [("https://idp.test/sso", BINDING_HTTP_REDIRECT)]}
        policy = {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_URI}}
        return self._common("idp", IDP, known) | {
            "service": {"idp": {"endpoints": endpoints, "policy": policy}}
        }


@pytest.fixture
def parties(tmp_path: Path) -> Iterator[Parties]:
    yield Parties(tmp_path)


def test_a_response_signed_twice_is_read(parties: Parties) -> None:
    text, request_id = parties.response()
    assert text.count("<ns0:SignatureValue") + text.count("SignatureValue>") >= 2
    assert parties.read(text, request_id).get_subject().text == "ann"


def test_an_encrypted_assertion_is_read(tmp_path: Path) -> None:
    parties = Parties(tmp_path, encrypted=True)
    text, request_id = parties.response()
    assert "ann@idp.test" not in text
    assert "aes256-gcm" in text
    read = parties.read(text, request_id)
    assert read.get_subject().text == "ann"
    assert read.ava["mail"] == ["ann@idp.test"]


def test_a_request_in_a_query_is_signed_without_a_program(parties: Parties) -> None:
    _, http = parties.sp.prepare_for_authenticate(IDP, binding=BINDING_HTTP_REDIRECT, sign=True)
    query = dict(http["headers"])["Location"].partition("?")[2]
    saml.verify_query(query, "SAMLRequest", [pair("sp").certificate])


def test_a_changed_name_is_noticed(parties: Parties) -> None:
    text, request_id = parties.response()
    with pytest.raises(SignatureError):
        parties.read(text.replace(">ann<", ">bob<"), request_id)


def test_a_comment_in_a_name_is_refused(parties: Parties) -> None:
    text, request_id = parties.response()
    with pytest.raises(SignatureError, match="comments"):
        parties.read(text.replace(">ann<", ">a<!-- -->nn<"), request_id)


def test_a_key_in_the_document_is_not_believed(parties: Parties) -> None:
    text, request_id = parties.response()
    parties.sp.metadata.metadata.clear()
    with pytest.raises(sigver.MissingKey):
        parties.read(text, request_id)


def test_metadata_is_believed_only_with_the_pinned_key(parties: Parties) -> None:
    signed = (parties.folder / "idp.xml").read_text(encoding="utf-8")
    _, pinned = pair("idp").written(parties.folder, "pinned")
    _, other = pair("sp").written(parties.folder, "other")
    check = parties.sp.sec.verify_signature
    name = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"
    assert check(signed, cert_file=pinned, node_name=name)
    with pytest.raises(SignatureError):
        check(signed, cert_file=other, node_name=name)
    with pytest.raises(SignatureError):
        check(signed.replace("idp.test/sso", "evil.test/sso"), cert_file=pinned, node_name=name)


def test_what_was_verified_is_what_is_used(parties: Parties) -> None:
    """Whatever pysaml2's own parser made of the document is thrown away."""
    text, _ = parties.response()
    response = samlp.response_from_string(text)
    assertion = response.assertion[0]
    assertion.subject.name_id.text = "bob"
    parties.sp.sec.check_signature(assertion, sigver.class_name(assertion), text)
    assert assertion.subject.name_id.text == "ann"


def test_a_peer_is_exempted_by_name_and_loudly(
    parties: Parties, caplog: pytest.LogCaptureFixture
) -> None:
    parties.sp.sec.exempt(IDP, ["sha1"])
    assert "exempted=sha1" in caplog.text
    assert any("rsa-sha1" in each for each in parties.sp.sec.allowed(IDP).signatures)
    assert not any("rsa-sha1" in each for each in parties.sp.sec.allowed(SP).signatures)


def test_a_deflate_bomb_is_not_unpacked(parties: Parties) -> None:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = base64.b64encode(packing.compress(b" " * 50_000_000) + packing.flush())
    with pytest.raises(UnravelError):
        parties.sp.unravel(bomb, BINDING_HTTP_REDIRECT)
    # What is posted is plain, and read as such.
    assert len(parties.sp.unravel(bomb, BINDING_HTTP_POST)) < len(bomb)
