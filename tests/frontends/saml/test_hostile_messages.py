"""Messages made to be read otherwise than they were signed: none signs anybody in, or out."""

import base64
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from tests.frontends.saml.party import NS, Party, connected
from tests.frontends.saml.sp import ACS, ServiceProvider, enveloped
from tests.frontends.saml.test_logout import logout_request

DS = f"{{{NS['ds']}}}"
SAMLP = f"{{{NS['samlp']}}}"
Shape = Callable[[etree._Element], etree._Element]


def evil_of(good: etree._Element, name: str | None = "_evil") -> etree._Element:
    """The same request with another wish, and without its signature."""
    evil = deepcopy(good)
    evil.remove(evil.find(f"{DS}Signature"))
    if name is None:
        del evil.attrib["ID"]
    else:
        evil.set("ID", name)
    evil.set("ForceAuthn", "false")
    evil.set("AssertionConsumerServiceURL", "https://image.test/other")
    return evil


def inside(parent: etree._Element, *path: str) -> etree._Element:
    for step in path:
        parent = etree.SubElement(parent, step)
    return parent


def original_as_sibling_of_its_signature(good: etree._Element) -> etree._Element:
    evil = evil_of(good)
    evil.insert(1, deepcopy(good.find(f"{DS}Signature")))
    inside(evil, f"{SAMLP}Extensions").append(good)
    return evil


def original_inside_the_signature(good: etree._Element) -> etree._Element:
    evil = evil_of(good)
    signature = deepcopy(good.find(f"{DS}Signature"))
    evil.insert(1, signature)
    inside(signature, f"{DS}Object").append(good)
    return evil


def original_in_extensions(good: etree._Element) -> etree._Element:
    evil = evil_of(good)
    inside(evil, f"{SAMLP}Extensions").append(good)
    return evil


def original_in_extensions_with_the_same_id(good: etree._Element) -> etree._Element:
    evil = evil_of(good, good.get("ID"))
    evil.insert(1, deepcopy(good.find(f"{DS}Signature")))
    good.remove(good.find(f"{DS}Signature"))
    inside(evil, f"{SAMLP}Extensions").append(good)
    return evil


def evil_without_an_id(good: etree._Element) -> etree._Element:
    evil = evil_of(good, None)
    evil.insert(1, deepcopy(good.find(f"{DS}Signature")))
    return evil


def two_signatures(good: etree._Element) -> etree._Element:
    good.insert(2, deepcopy(good.find(f"{DS}Signature")))
    good.set("AssertionConsumerServiceURL", "https://image.test/other")
    return good


def an_empty_reference(good: etree._Element) -> etree._Element:
    reference = good.find(f".//{DS}Reference")
    assert reference is not None
    reference.set("URI", "")
    return good


def a_wish_changed_after_signing(good: etree._Element) -> etree._Element:
    good.set("ForceAuthn", "true")
    return good


def another_transform(good: etree._Element) -> etree._Element:
    transform = good.find(f".//{DS}Transform")
    assert transform is not None
    transform.set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")
    return good


def no_canonical_form(good: etree._Element) -> etree._Element:
    good.set("{http://www.w3.org/XML/1998/namespace}base", "::")
    for each in good.iter(f"{DS}CanonicalizationMethod"):
        each.set("Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments")
    return good


SHAPES: list[Shape] = [
    original_as_sibling_of_its_signature,
    original_inside_the_signature,
    original_in_extensions,
    original_in_extensions_with_the_same_id,
    evil_without_an_id,
    two_signatures,
    an_empty_reference,
    a_wish_changed_after_signing,
    another_transform,
    no_canonical_form,
]


@pytest.fixture
def strict(keys: Path) -> Iterator[Party]:
    sp = ServiceProvider(signs=True)
    party = Party(keys, connected("image", sp))
    party.sp = sp
    yield party
    party.close()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.__name__))
def test_a_wrapped_request_begins_no_sign_in(strict: Party, shape: Shape) -> None:
    good = etree.fromstring(enveloped(strict.sp.request(AssertionConsumerServiceURL=ACS)))
    answer = strict.post(etree.tostring(shape(good)).decode())
    assert 400 <= answer.status_code < 500
    assert answer.get_data(as_text=True).split()[0] in ("saml.bad_signature", "saml.bad_message")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.__name__))
def test_a_wrapped_logout_request_ends_no_session(party: Party, shape: Shape) -> None:
    given = party.signed_in(party.sp.request())
    good = etree.fromstring(enveloped(logout_request(party, given)))
    answer = party.post(etree.tostring(shape(good)).decode(), path="/saml/slo")
    assert 400 <= answer.status_code < 500
    assert party.leaving.departures == []


def test_a_key_in_the_document_proves_nothing(strict: Party) -> None:
    answer = strict.post(enveloped(strict.sp.request(), by="evil"))
    assert answer.get_data(as_text=True).startswith("saml.bad_signature")


BOMBS = {
    "entities": '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>',
    "a file": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>',
    "depth": "<a>" * 5000 + "</a>" * 5000,
    "another encoding": '<?xml version="1.0" encoding="UTF-7"?><a/>',
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("path", ["/saml/sso", "/saml/slo"])
def test_a_bomb_is_a_message_nobody_can_read(party: Party, name: str, path: str) -> None:
    answer = party.post(BOMBS[name], path=path)
    assert answer.get_data(as_text=True).startswith("saml.bad_message")


def test_utf_16_hides_no_document_type(party: Party) -> None:
    text = base64.b64encode(BOMBS["entities"].encode("utf-16")).decode()
    answer = party.browser.post("/saml/sso", data={"SAMLRequest": text})
    assert answer.get_data(as_text=True).startswith("saml.bad_message")


def test_a_body_beyond_measure_is_not_read(party: Party) -> None:
    answer = party.post("<a>" + "x" * 70_000 + "</a>")
    assert answer.status_code == 413
