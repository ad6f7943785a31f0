"""What a signature proves, and what is refused before anybody looks at it."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree

from hub import saml
from tests.vectors.saml.keys import pair

XML = (
    '<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1">'
    "<a:Issuer>idp</a:Issuer><a:Subject>Zoé</a:Subject></a:Assertion>"
)


def signed(owner: str = "idp", algorithm: str | None = None, bits: int = 2048) -> bytes:
    element = saml.message(XML)
    saml.sign(element, pair(owner, bits).signing, algorithm)
    text: bytes = etree.tostring(element)
    return text


@pytest.mark.parametrize(
    ("algorithm", "bits"),
    [(saml.RSA_SHA256, 2048), (saml.PSS_SHA256, 2048), (saml.ECDSA_SHA256, 0)],
)
def test_what_was_signed_is_read_back(algorithm: str, bits: int) -> None:
    text = signed("any", algorithm, bits)
    proven = saml.genuine(saml.message(text), [pair("any", bits).certificate])
    assert etree.tostring(proven, encoding="unicode") == XML


def test_a_signature_stands_behind_the_issuer() -> None:
    names = [etree.QName(each).localname for each in saml.message(signed())]
    assert names == ["Issuer", "Signature", "Subject"]


def test_a_changed_letter_is_noticed() -> None:
    changed = saml.message(signed().replace(b"Zo", b"Le"))
    with pytest.raises(saml.Untrusted, match="wrong_signature"):
        saml.genuine(changed, [pair("idp").certificate])


def test_the_key_in_the_document_is_the_senders_word() -> None:
    text = signed("stranger")
    assert pair("stranger").bare.encode() in text
    with pytest.raises(saml.Untrusted, match="wrong_signature"):
        saml.genuine(saml.message(text), [pair("idp").certificate])
    with pytest.raises(saml.Untrusted, match="no_key"):
        saml.genuine(saml.message(text), [])


def test_either_of_two_published_keys_will_do() -> None:
    keys = [pair("next").certificate, pair("idp").certificate]
    assert saml.genuine(saml.message(signed()), keys).get("ID") == "_1"


def test_nothing_is_signed_with_sha1() -> None:
    with pytest.raises(saml.Untrusted, match="algorithm"):
        signed(algorithm=saml.RSA_SHA1)


@pytest.mark.parametrize("part", ["signature", "digest"])
def test_sha1_is_refused_unless_the_peer_was_exempted(part: str) -> None:
    element = saml.message(XML)
    key = pair("idp").signing
    exempted = saml.STRONG.besides({saml.Weak.SHA1})
    method = saml.RSA_SHA1 if part == "signature" else saml.RSA_SHA256
    saml.sign(
        element, key, method, saml.SHA1 if part == "digest" else saml.SHA256, allowed=exempted
    )
    text = etree.tostring(element)
    with pytest.raises(saml.Untrusted, match="algorithm"):
        saml.genuine(saml.message(text), [pair("idp").certificate])
    assert saml.genuine(saml.message(text), [pair("idp").certificate], exempted) is not None


def test_what_a_reader_gets_holds_neither_signature_nor_neighbours() -> None:
    outer = saml.message(b"<Outer xmlns:x='urn:x'>" + signed() + b"<Evil/></Outer>")
    proven = saml.genuine(outer[0], [pair("idp").certificate])
    assert proven.getparent() is None
    assert proven.getroottree().getroot() is proven
    assert proven.find(saml.SIGNATURE) is None


def test_a_short_key_proves_nothing() -> None:
    with pytest.raises(saml.Untrusted, match="short_key"):
        pair("small", 1024).certificate


def test_an_unsigned_element_is_refused() -> None:
    with pytest.raises(saml.Untrusted, match="unsigned"):
        saml.genuine(saml.message(XML), [pair("idp").certificate])


@pytest.mark.parametrize(("algorithm", "bits"), [(None, 2048), (saml.PSS_SHA256, 2048), (None, 0)])
def test_a_query_is_verified_as_it_came(algorithm: str | None, bits: int) -> None:
    key = pair("any", bits)
    query = saml.signed_query("SAMLRequest", "abc+/=", "à la", key.signing, algorithm)
    saml.verify_query(query, "SAMLRequest", [key.certificate])
    read = saml.read_query(query, "SAMLRequest")
    assert (read.message, read.relay_state, read.signed) == ("abc+/=", "à la", True)


def test_a_query_escaped_in_lower_case_is_verified_as_it_came() -> None:
    private = pair("adfs").signing.private
    assert isinstance(private, RSAPrivateKey)
    escaped = quote(saml.RSA_SHA256, safe="").replace("%3A", "%3a").replace("%2F", "%2f")
    octets = f"SAMLRequest=a%2fb&SigAlg={escaped}"
    made = private.sign(octets.encode(), PKCS1v15(), hashes.SHA256())
    query = f"{octets}&Signature={quote(base64.b64encode(made), safe='')}"
    saml.verify_query(query, "SAMLRequest", [pair("adfs").certificate])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda query: query.replace("abc", "abd"), "wrong_signature"),
        (lambda query: query.replace("RelayState=rs", "RelayState=other"), "wrong_signature"),
        (lambda query: query.replace("&RelayState=rs", ""), "wrong_signature"),
        (lambda query: query + "&SAMLRequest=other", "repeated"),
        (lambda query: "RelayState=other&" + query, "repeated"),
        (lambda query: query + "&SAMLResponse=other", "repeated"),
        (lambda query: query.partition("&Signature")[0], "unsigned"),
        (lambda query: query.replace("rsa-sha256", "rsa-sha1"), "algorithm"),
        (lambda query: query.replace("rsa-sha256", "rsa-sha512"), "wrong_signature"),
        (lambda query: query + "é", "malformed"),
    ],
)
def test_a_query_that_was_touched_is_refused(change: Callable[[str], str], why: str) -> None:
    query = saml.signed_query("SAMLRequest", "abc", "rs", pair("idp").signing)
    with pytest.raises(saml.Untrusted, match=why):
        saml.verify_query(change(query), "SAMLRequest", [pair("idp").certificate])


def test_many_threads_sign_and_verify_at_once() -> None:
    key = pair("idp")
    published = [pair("next").certificate, key.certificate]

    def once(number: int) -> str:
        element = saml.message(XML.replace("_1", f"_{number}"))
        saml.sign(element, key.signing)
        return str(saml.genuine(saml.message(etree.tostring(element)), published).get("ID"))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(once, range(40))) == [f"_{number}" for number in range(40)]
