"""Requests that are answered, requests that are not: each wrong one is a page of ours."""

import base64
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.frontends.saml.party import Party, connected, given
from tests.frontends.saml.sp import (
    ACS,
    NOON,
    ServiceProvider,
    classes,
    enveloped,
    lower_case,
    redirected,
    signed_redirect,
)


def signing(keys: Path) -> Party:
    sp = ServiceProvider(signs=True)
    party = Party(keys, connected("image", sp))
    party.sp = sp
    return party


@pytest.mark.parametrize(
    ("attributes", "address"),
    [
        ({"AssertionConsumerServiceURL": None}, ACS),
        (
            {"AssertionConsumerServiceURL": None, "AssertionConsumerServiceIndex": "1"},
            "https://image.test/other",
        ),
        ({"AssertionConsumerServiceURL": "https://image.test/other"}, "https://image.test/other"),
    ],
)
def test_the_answer_goes_to_the_address_that_is_meant(
    party: Party, attributes: dict[str, Any], address: str
) -> None:
    assert party.signed_in(party.sp.request(**attributes)).address == address


WRONG: dict[str, tuple[Callable[[ServiceProvider], str], int, str]] = {
    "a consumer nobody registered": (
        lambda sp: sp.request(AssertionConsumerServiceURL=f"{ACS}/"),
        400,
        "saml.unknown_consumer",
    ),
    "an index nobody registered": (
        lambda sp: sp.request(AssertionConsumerServiceURL=None, AssertionConsumerServiceIndex="7"),
        400,
        "saml.unknown_consumer",
    ),
    "both an address and an index": (
        lambda sp: sp.request(AssertionConsumerServiceIndex="0"),
        400,
        "saml.bad_message",
    ),
    "a service nobody knows": (
        lambda sp: sp.request().replace(sp.entity_id, "https://evil.test/sp"),
        403,
        "saml.unknown_service",
    ),
    "another portal's request": (
        lambda sp: sp.request(Destination="https://other.test/sso"),
        400,
        "saml.wrong_destination",
    ),
    "six minutes old": (
        lambda sp: sp.request(at=NOON - timedelta(minutes=6)),
        400,
        "saml.expired",
    ),
    "from the future": (
        lambda sp: sp.request(at=NOON + timedelta(minutes=4)),
        400,
        "saml.expired",
    ),
    "not of this version": (lambda sp: sp.request(Version="1.1"), 400, "saml.bad_message"),
    "an ID that is no name": (lambda sp: sp.request(ID="1&quot;"), 400, "saml.bad_message"),
    "a class with an element inside": (
        lambda sp: sp.request(classes("<x/>urn:refeds:mfa")),
        400,
        "saml.bad_message",
    ),
    "a boolean that is none": (lambda sp: sp.request(ForceAuthn="maybe"), 400, "saml.bad_message"),
    "a document type": (
        lambda sp: f'<!DOCTYPE x [<!ENTITY a "b">]>{sp.request()}',
        400,
        "saml.bad_message",
    ),
    "a comment in the issuer": (
        lambda sp: sp.request().replace("/sp<", "/sp<!-- -->.evil<"),
        400,
        "saml.bad_message",
    ),
    "another message": (
        lambda sp: sp.request().replace("AuthnRequest", "AttributeQuery"),
        400,
        "saml.bad_message",
    ),
    "no XML": (lambda sp: "nothing", 400, "saml.bad_message"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("posted", [False, True], ids=["redirected", "posted"])
def test_a_wrong_request_is_refused_on_a_page_of_ours(
    party: Party, name: str, posted: bool
) -> None:
    written, status, code = WRONG[name]
    send = party.post if posted else party.ask
    answer = send(written(party.sp))
    assert answer.status_code == status
    assert answer.get_data(as_text=True).startswith(code)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SAMLRequest=",
        "SAMLRequest=%%%",
        "SAMLRequest=" + quote(base64.b64encode(b"no deflate").decode()),
        "SAMLRequest=a&SAMLRequest=b",
        "SAMLRequest=a&SAMLResponse=b",
        "SAMLResponse=a",
    ],
)
def test_a_query_that_carries_no_message_is_refused(party: Party, query: str) -> None:
    assert party.get(query).status_code == 400


def test_a_repeated_parameter_is_refused_even_where_both_are_well(party: Party) -> None:
    query = redirected(party.sp.request())
    assert party.get(f"{query}&{redirected(party.sp.request())}").status_code == 400
    assert party.get(f"{query}&RelayState=a&RelayState=b").status_code == 400


def test_a_deflate_bomb_is_not_unpacked(party: Party) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = base64.b64encode(packer.compress(b" " * 40_000_000) + packer.flush()).decode()
    assert len(bomb) < 60_000
    assert party.get(f"SAMLRequest={quote(bomb)}").status_code == 400


@pytest.mark.parametrize("relay", ["x" * 641, "a\nb", "a\0b"])
def test_a_relay_state_without_measure_is_refused(party: Party, relay: str) -> None:
    answer = party.ask(party.sp.request(), relay)
    assert answer.get_data(as_text=True).startswith("saml.bad_relay_state")


def test_one_request_is_answered_once(party: Party) -> None:
    xml = party.sp.request()
    party.signed_in(xml)
    again = party.ask(xml)
    assert again.status_code == 400
    assert again.get_data(as_text=True).startswith("saml.already_used")


def test_an_answer_by_another_binding_is_not_promised(party: Party) -> None:
    artifact = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"
    told = given(party.ask(party.sp.request(ProtocolBinding=artifact)))
    assert told.codes() == ["Requester", "UnsupportedBinding"]


def test_a_posted_request_comes_back_by_get_with_its_cookies(party: Party) -> None:
    came = party.post(party.sp.request(), relay="to/42")
    assert came.status_code == 303
    arrived = party.browser.get(came.location.removeprefix("https://hub.test"))
    party.sign_in(arrived)
    assert party.complete(arrived).fields["RelayState"] == "to/42"
    gone = party.browser.get(came.location.removeprefix("https://hub.test"))
    assert gone.status_code == 400


def test_an_unsigned_request_is_refused_where_metadata_promises_a_signature(keys: Path) -> None:
    party = signing(keys)
    answers = [party.ask(party.sp.request()), party.post(party.sp.request())]
    assert [each.get_data(as_text=True)[:18] for each in answers] == ["saml.bad_signature"] * 2
    party.close()


def test_an_unsigned_request_is_refused_where_the_operator_wants_a_signature(keys: Path) -> None:
    sp = ServiceProvider()
    party = Party(keys, connected("image", sp, requests="signed"))
    assert party.ask(sp.request()).status_code == 403
    party.close()


def test_signed_requests_are_answered_by_redirect_and_by_post(keys: Path) -> None:
    party = signing(keys)
    assert party.get(signed_redirect(party.sp.request(), "state/é?")).status_code == 303
    assert party.post(enveloped(party.sp.request())).status_code == 303
    party.close()


def test_escapes_in_lower_case_are_verified_as_they_came(keys: Path) -> None:
    party = signing(keys)
    query = lower_case(signed_redirect(party.sp.request(), "https://image.test/é?a=b+c"))
    assert any(each in query for each in ("%2b", "%2f", "%3d"))
    assert party.get(query).status_code == 303
    party.close()


TAMPERED: dict[str, Callable[[ServiceProvider], str]] = {
    "another key": lambda sp: signed_redirect(sp.request(), "r", by="evil"),
    "another relay state": lambda sp: signed_redirect(sp.request(), "r").replace(
        "RelayState=r", "RelayState=s"
    ),
    "a relay state added": lambda sp: signed_redirect(sp.request()) + "&RelayState=s",
    "no algorithm": lambda sp: "&".join(
        each for each in signed_redirect(sp.request()).split("&") if not each.startswith("SigAlg")
    ),
    "no signature": lambda sp: "&".join(
        each
        for each in signed_redirect(sp.request()).split("&")
        if not each.startswith("Signature")
    ),
    "SHA-1": lambda sp: signed_redirect(sp.request()).replace(
        quote("2001/04/xmldsig-more#rsa-sha256", safe=""),
        quote("2000/09/xmldsig#rsa-sha1", safe=""),
    ),
    "another message": lambda sp: (
        redirected(sp.request()) + "&" + signed_redirect(sp.request()).partition("&")[2]
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
@pytest.mark.parametrize("wanted", [True, False])
def test_a_signature_that_is_there_must_be_good_wanted_or_not(
    keys: Path, name: str, wanted: bool
) -> None:
    sp = ServiceProvider(signs=wanted)
    party = Party(keys, connected("image", sp))
    answer = party.get(TAMPERED[name](sp))
    assert answer.get_data(as_text=True).startswith("saml.bad_signature")
    party.close()


def test_a_signed_request_says_whom_it_is_for(keys: Path) -> None:
    party = signing(keys)
    answer = party.get(signed_redirect(party.sp.request(Destination=None)))
    assert answer.get_data(as_text=True).startswith("saml.wrong_destination")
    party.close()


def test_a_signature_moved_into_another_root_signs_nothing(keys: Path) -> None:
    party = signing(keys)
    good = enveloped(party.sp.request())
    inner = good.replace("<samlp:AuthnRequest", "<samlp:AuthnRequest", 1)
    wrapped = party.sp.request(f"<samlp:Extensions>{inner}</samlp:Extensions>")
    assert party.post(wrapped).status_code == 403
    party.close()


def test_metadata_that_ran_out_is_not_believed(keys: Path) -> None:
    sp = ServiceProvider(until="2026-01-01T13:00:00Z")
    party = Party(keys, connected("image", sp))
    assert party.ask(sp.request()).status_code == 303
    party.hub.later(hours=1)
    answer = party.ask(sp.request(at=party.hub.now))
    assert answer.get_data(as_text=True).startswith("saml.unknown_service")
    party.close()


def test_a_service_that_was_switched_off_is_unknown(party: Party) -> None:
    from hub.contract.identifiers import ServiceId

    arrived = party.ask(party.sp.request())
    party.sign_in(arrived)
    del party.toolbox.services[ServiceId("image")]
    page = party.browser.get(arrived.location.replace("/login/", "/broker/complete/"))
    assert page.status_code == 403
    assert party.ask(party.sp.request()).status_code == 403


def test_one_services_policy_is_not_anothers(keys: Path) -> None:
    """Stock SATOSA signs nobody's answers after one sign-in at a service that wants none signed."""
    lax, strict = ServiceProvider(), ServiceProvider(entity_id="https://strict.test")
    party = Party(
        keys, connected("lax", lax, sign="response"), connected("strict", strict, sign="both")
    )
    first = party.signed_in(lax.request())
    second = party.signed_in(strict.request())
    signatures = [len(each.all(".//ds:Signature")) for each in (first, second)]
    assert signatures == [1, 2]
    party.close()


def test_an_encrypted_assertion_shows_nothing_of_the_person(keys: Path) -> None:
    sp = ServiceProvider(encrypts=True)
    party = Party(keys, connected("image", sp))
    told = party.signed_in(sp.request())
    text = base64.b64decode(told.text).decode()
    assert "Martin" not in text and "AuthnStatement" not in text
    assert "aes256-gcm" in text and "rsa-oaep-mgf1p" in text
    party.close()


def test_a_posted_field_that_stands_twice_is_refused(party: Party) -> None:
    first, second = (
        quote(base64.b64encode(party.sp.request().encode()).decode(), safe="") for _ in range(2)
    )
    answer = party.browser.post(
        "/saml/sso",
        data=f"SAMLRequest={first}&SAMLRequest={second}",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.get_data(as_text=True).startswith("saml.bad_message")


def test_a_signature_inside_a_redirected_message_is_refused(party: Party) -> None:
    answer = party.ask(enveloped(party.sp.request()))
    assert answer.get_data(as_text=True).startswith("saml.bad_message")


def test_a_post_of_another_type_is_refused(party: Party) -> None:
    answer = party.browser.post("/saml/sso", data=b"{}", content_type="application/json")
    assert answer.status_code == 400
