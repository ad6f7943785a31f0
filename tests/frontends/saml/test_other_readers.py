"""Every kind of answer is read by pysaml2 and python3-saml, as services do that run them."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.response import StatusError

from hub import saml
from hub.contract.logout import Hop
from hub.contract.values import Json
from tests.frontends.saml.party import Given, Party, connected, given
from tests.frontends.saml.readers import at_noon, pysaml2, python3_saml, table_of
from tests.frontends.saml.sp import HUB, NOON, ServiceProvider, classes
from tests.frontends.saml.test_logout import ask, logout_request

TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
Table = dict[str, Json]
SIGNED: list[Table] = [
    {},
    {"sign": "assertion"},
    {"sign": "response"},
    {"algorithm": "ecdsa-sha256"},
    {"algorithm": "rsa-pss-sha256"},
    {"attribute_names": "basic"},
    {"name_ids": ["transient"]},
    {"name_ids": ["email"]},
    {"name_ids": ["unspecified"]},
]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    at_noon(monkeypatch)


@pytest.fixture(params=[(encrypts, way) for encrypts in (False, True) for way in SIGNED], ids=str)
def party(request: pytest.FixtureRequest, keys: Path) -> Iterator[Party]:
    encrypts, way = request.param
    yield from opened(keys, ServiceProvider(encrypts=encrypts), way)


@pytest.fixture(params=SIGNED[:5], ids=str)
def plain(request: pytest.FixtureRequest, keys: Path) -> Iterator[Party]:
    yield from opened(keys, ServiceProvider(), request.param)


def opened(keys: Path, sp: ServiceProvider, way: Table) -> Iterator[Party]:
    party = Party(keys, connected("image", sp, "low", **way))
    party.sp = sp
    yield party
    party.close()


def test_both_read_the_same_person_in_what_they_are_told(party: Party, tmp_path: Path) -> None:
    told = party.signed_in(party.sp.request(ID="_asked"))
    read = pysaml2(party, tmp_path).parse_authn_request_response(
        told.text, BINDING_HTTP_POST, {"_asked": "/"}
    )
    assert (read.ava["givenName"], read.ava["sn"]) == (["Ann"], ["Martin"])
    assert read.authn_info()[0][0] == "urn:acr:low"
    other = python3_saml(party, {"SAMLResponse": told.text})
    other.process_response(request_id="_asked")
    assert other.get_errors() == [], other.get_last_error_reason()
    assert other.get_friendlyname_attributes()["givenName"] == ["Ann"]
    assert other.get_nameid() == read.name_id.text
    assert other.get_session_index() == read.session_info()["session_index"]


@pytest.mark.parametrize("weak", [[saml.AES128_CBC], [saml.RSA_15]], ids=str)
def test_an_old_service_that_was_exempted_opens_what_is_hidden_for_it(
    keys: Path, weak: list[str]
) -> None:
    sp = ServiceProvider(encrypts=True, ciphers=tuple(weak))
    for party in opened(keys, sp, {"weak": ["cbc", "rsa15"]}):
        told = party.signed_in(sp.request(ID="_asked"))
        read = python3_saml(party, {"SAMLResponse": told.text})
        read.process_response(request_id="_asked")
        assert read.get_errors() == [], read.get_last_error_reason()


@pytest.mark.parametrize(
    ("inside", "asked", "words"),
    [
        ("", {"IsPassive": "true"}, ["Responder", "NoPassive"]),
        (classes("urn:nobody:knows"), {}, ["Responder", "NoAuthnContext"]),
        (
            '<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"/>',
            {},
            ["Requester", "InvalidNameIDPolicy"],
        ),
        ("", {"ProtocolBinding": "urn:x"}, ["Requester", "UnsupportedBinding"]),
    ],
    ids=lambda each: str(each)[-24:],
)
def test_both_read_why_nobody_is_told(
    plain: Party, tmp_path: Path, inside: str, asked: dict[str, str], words: list[str]
) -> None:
    told = given(plain.ask(plain.sp.request(inside, NOON, ID="_asked", **asked)))
    assert told.codes() == words
    with pytest.raises(StatusError) as raised:
        pysaml2(plain, tmp_path).parse_authn_request_response(
            told.text, BINDING_HTTP_POST, {"_asked": "/"}
        )
    assert words[-1].lower() in type(raised.value).__name__.lower()
    read = python3_saml(plain, {"SAMLResponse": told.text})
    read.process_response(request_id="_asked")
    assert words[0] in read.get_last_error_reason()


def test_both_read_that_they_must_close_a_session(plain: Party, tmp_path: Path) -> None:
    told = plain.signed_in(plain.sp.request())
    [session] = plain.hub.records.sessions.values()
    [there] = plain.hub.records.participations(session.id)
    way = plain.endings["saml"].end(there, f"{HUB}/logout/9?told=image")
    assert isinstance(way, Hop)
    query = dict(parse_qsl(urlsplit(way.url).query))
    read = pysaml2(plain, tmp_path).parse_logout_request(
        query["SAMLRequest"],
        BINDING_HTTP_REDIRECT,
        sigalg=query["SigAlg"],
        signature=query["Signature"],
    )
    assert read.message.name_id.text == told.name.text
    assert [each.text for each in read.message.session_index] == [session_index(told)]
    if verifies_queries(plain):
        other = python3_saml(plain, {}, query)
        other.process_slo(keep_local_session=True)
        assert other.get_errors() == [], other.get_last_error_reason()


def test_both_read_that_a_session_is_closed(plain: Party, tmp_path: Path) -> None:
    told = plain.signed_in(plain.sp.request())
    ask(plain, logout_request(plain, told))
    [departure] = plain.leaving.departures
    assert departure.session
    plain.sessions.ended.add(departure.session)
    back = plain.browser.get(str(departure.return_url).removeprefix(HUB))
    query = dict(parse_qsl(urlsplit(back.location).query))
    client = pysaml2(plain, tmp_path)
    read = client.parse_logout_request_response(query["SAMLResponse"], BINDING_HTTP_REDIRECT)
    assert read.response.status.status_code.value.endswith(":Success")
    assert read.in_response_to == "_out"
    if verifies_queries(plain):
        other = python3_saml(plain, {}, query)
        other.process_slo(keep_local_session=True, request_id="_out")
        assert other.get_errors() == [], other.get_last_error_reason()


def session_index(told: Given) -> str:
    return str(told.one(".//saml:AuthnStatement").get("SessionIndex"))


def verifies_queries(party: Party) -> bool:
    """python3-saml knows PKCS#1 alone over a query."""
    return "algorithm" not in table_of(party)
