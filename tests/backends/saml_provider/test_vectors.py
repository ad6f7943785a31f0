"""Answers that must sign nobody in: each names why it is refused."""

import base64
import re
from collections.abc import Callable
from copy import deepcopy

import pytest
from lxml import etree
from satosa.context import Context

from hub import ProviderRefused, saml
from tests.backends.saml_provider.signing_in import NAME, Site, metadata
from tests.vectors.saml.forge import NS, Element, part, response, written
from tests.vectors.saml.keys import pair
from tests.vectors.saml.wrapping import EVIL, SHAPES

SPOILED = Callable[[bytes], bytes]


@pytest.mark.parametrize("name", SHAPES)
def test_no_shape_of_wrapping_signs_anybody_in(name: str) -> None:
    signed, spoil = SHAPES[name]
    site = Site()
    _, state = site.begin()
    honest = response(site.story(state, signed=(signed,)))
    evil = spoil(deepcopy(honest))
    assert EVIL.encode() in written(evil)
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, evil)
    assert refused.value.code == "saml_provider.wrapped"
    # The control: what was spoiled would have been believed.
    assert site.finish(state, honest).identity.subject == "ann"


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_read_of_a_wrapped_answer_is_never_the_invented_part(name: str) -> None:
    """Without the strict shape too: whatever element is taken, only what was signed comes back."""
    signed, spoil = SHAPES[name]
    site = Site()
    _, state = site.begin()
    evil = spoil(response(site.story(state, signed=(signed,))))
    root = saml.message(written(evil))
    for element in root.iter("{*}Response", "{*}Assertion"):
        try:
            proven = saml.genuine(element, [pair("idp").certificate])
        except saml.Untrusted:
            continue
        names = {each.text for each in proven.iter("{*}NameID")}
        assert names == {"ann"}


def replaced(old: str, new: str) -> SPOILED:
    def spoil(text: bytes) -> bytes:
        assert old.encode() in text
        return text.replace(old.encode(), new.encode())

    return spoil


def before(head: bytes) -> SPOILED:
    return lambda text: head + text


def entity_in_the_name(text: bytes) -> bytes:
    head = b'<!DOCTYPE r [<!ENTITY who "root">]>'
    return head + text.replace(b">ann<", b">&who;<")


def billion(text: bytes) -> bytes:
    lines = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
    head = b'<!DOCTYPE r [<!ENTITY a0 "ha">' + lines + b"]>"
    return head + text.replace(b">ann<", b">&a9;<")


TEXTS: dict[str, tuple[SPOILED, str]] = {
    "comment in a name": (replaced(">ann<", ">an<!-- -->n<"), "bad_answer"),
    "comment behind a name": (replaced(">ann<", ">ann<!-- -->.evil<"), "bad_answer"),
    "instruction in a name": (replaced(">ann<", ">an<?x y?>n<"), "bad_answer"),
    "element in a name": (replaced(">ann<", "><b>ann</b><"), "wrong_signature"),
    "another name": (replaced(">ann<", ">bob<"), "wrong_signature"),
    "another number": (replaced("99700000001", "99700000002"), "wrong_signature"),
    "entity in a name": (entity_in_the_name, "bad_answer"),
    "entity bomb": (billion, "bad_answer"),
    "document type": (before(b"<!DOCTYPE r>"), "bad_answer"),
    "external document type": (before(b'<!DOCTYPE r SYSTEM "file:///etc/passwd">'), "bad_answer"),
    "another encoding": (lambda text: text.decode().encode("utf-16"), "bad_answer"),
    "too deep": (replaced("<saml:AttributeStatement>", "<saml:AttributeStatement>" + "<a>" * 99
                          + "</a>" * 99), "bad_answer"),
    "too large": (lambda text: text + b" " * 300_000, "bad_answer"),
    "no XML": (lambda text: b"SAMLResponse", "bad_answer"),
    "nothing": (lambda text: b"", "bad_answer"),
    "transform by XPath": (
        replaced(
            'Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"',
            'Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"',
        ),
        "bad_answer",
    ),
    "digest by SHA-1": (
        replaced("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
        "weak",
    ),
    "signature by HMAC": (
        replaced("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
        "weak",
    ),
    "reference to everything": (replaced('URI="#_assertion"', 'URI=""'), "wrapped"),
    "reference elsewhere": (replaced('URI="#_assertion"', 'URI="#_response"'), "wrapped"),
    "an older version": (replaced('ID="_response" Version="2.0"', 'ID="_response" Version="1.1"'),
                         "bad_answer"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_spoiled_answer_signs_nobody_in(name: str) -> None:
    spoil, why = TEXTS[name]
    site = Site()
    _, state = site.begin()
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, spoil(written(response(site.story(state)))))
    assert refused.value.code == f"saml_provider.{why}"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"issuer": "https://idp.other.test"}, "wrong_issuer"),
        ({"address": "https://other.test/acs"}, "wrong_place"),
        ({"audience": "https://other.test/metadata"}, "wrong_audience"),
        ({"request": "_another"}, "unasked"),
        ({"request": ""}, "unasked"),
        ({"owner": "another provider"}, "wrong_signature"),
        ({"signed": ()}, "unsigned"),
        ({"subject": ""}, "nameless"),
        ({"subject": "x" * 1025}, "nameless"),
    ],
)
def test_an_answer_that_is_signed_and_false_signs_nobody_in(
    told: dict[str, object], why: str
) -> None:
    site = Site()
    _, state = site.begin()
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, response(site.story(state, **told)))
    assert refused.value.code == f"saml_provider.{why}"


@pytest.mark.parametrize(
    ("minutes", "why"), [(-6.5, "expired"), (-60, "expired"), (2.5, "early"), (600, "early")]
)
def test_an_answer_of_another_time_signs_nobody_in(minutes: float, why: str) -> None:
    site = Site()
    _, state = site.begin()
    story = site.story(state)
    site.time.later(minutes=-minutes)
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, response(story))
    assert refused.value.code == f"saml_provider.{why}"


def drop(path: str) -> Callable[[Element], None]:
    def change(assertion: Element) -> None:
        node = part(assertion, path)
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)

    return change


def put(path: str, name: str, text: str) -> Callable[[Element], None]:
    return lambda assertion: part(assertion, path).set(name, text)


def add(path: str, tag: str) -> Callable[[Element], None]:
    def change(assertion: Element) -> None:
        namespace, _, local = tag.partition(":")
        etree.SubElement(part(assertion, path), f"{{{NS[namespace]}}}{local}")

    return change


_DATA = "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put(_DATA, "Recipient", "https://other.test/acs"), "wrong_place"),
        (put(_DATA, "InResponseTo", "_another"), "unasked"),
        (put(_DATA, "NotBefore", "2026-01-01T11:59:00Z"), "bad_answer"),
        (put(_DATA, "NotOnOrAfter", "2026-01-01T11:58:00Z"), "expired"),
        (put(_DATA, "NotOnOrAfter", "tomorrow"), "bad_answer"),
        (put(_DATA, "NotOnOrAfter", "2026-01-01T12:05:00"), "bad_answer"),
        (put("saml:Subject/saml:SubjectConfirmation", "Method", "urn:x"), "bad_answer"),
        (drop("saml:Subject/saml:SubjectConfirmation"), "bad_answer"),
        (drop("saml:Conditions"), "wrong_audience"),
        (drop("saml:Conditions/saml:AudienceRestriction"), "wrong_audience"),
        (add("saml:Conditions", "saml:Condition"), "bad_answer"),
        (put("saml:Conditions", "NotBefore", "2026-01-01T12:02:00Z"), "early"),
        (put("saml:Conditions", "NotOnOrAfter", "2026-01-01T11:58:00Z"), "expired"),
        (drop("saml:AuthnStatement"), "bad_answer"),
        (put("saml:AuthnStatement", "SessionNotOnOrAfter", "2026-01-01T11:00:00Z"), "expired"),
        (put("saml:AuthnStatement", "AuthnInstant", "2026-01-01T12:30:00Z"), "early"),
        (drop("saml:Subject/saml:NameID"), "nameless"),
        (drop("saml:Issuer"), "wrong_issuer"),
    ],
)
def test_what_a_provider_signs_must_be_for_this_sign_in(
    change: Callable[[Element], None], why: str
) -> None:
    site = Site()
    _, state = site.begin()
    root = response(site.story(state, signed=()))
    assertion = part(root, "saml:Assertion")
    change(assertion)
    saml.sign(assertion, pair("idp").signing)
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, root)
    assert refused.value.code == f"saml_provider.{why}"


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("NoPassive", "login_required"),
        ("AuthnFailed", "denied"),
        ("RequestDenied", "denied"),
        ("NoAuthnContext", "level_refused"),
        ("Surprise", "provider_failed"),
    ],
)
def test_a_provider_that_says_no_is_heard(status: str, why: str) -> None:
    site = Site()
    _, state = site.begin()
    root = response(site.story(state, signed=()))
    root.remove(part(root, "saml:Assertion"))
    code = part(root, "samlp:Status/samlp:StatusCode")
    code.set("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
    second = etree.SubElement(code, code.tag)
    second.set("Value", f"urn:oasis:names:tc:SAML:2.0:status:{status}")
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, root)
    assert refused.value.code == f"saml_provider.{why}"


def test_a_void_canonical_form_proves_nothing() -> None:
    """A relative namespace has no canonical form; who then hashes nothing believes everything."""
    with pytest.raises(saml.Untrusted, match="canonicalisation"):
        saml.canonical(saml.message(b'<a xmlns:void="1" void:x="y"/>'))
    site = Site()
    _, state = site.begin()
    text = written(response(site.story(state)))
    spoiled = re.sub(rb"<saml:NameID ", b'<saml:NameID xmlns:void="1" void:x="" ', text)
    assert spoiled != text
    with pytest.raises(ProviderRefused) as refused:
        site.finish(state, spoiled)
    assert refused.value.code in {"saml_provider.wrong_signature", "saml_provider.bad_answer"}


def test_another_providers_key_speaks_for_that_provider_only() -> None:
    site = Site(metadata("another provider"))
    with pytest.raises(ProviderRefused) as refused:
        site.sign_in(owner="idp")
    assert refused.value.code == "saml_provider.wrong_signature"


def test_an_answer_nobody_asked_for_signs_nobody_in() -> None:
    site = Site()
    _, state = site.begin()
    posted = written(response(site.story(state)))
    context = Context()
    context.state, context.request_method = {}, "POST"
    context.request = {"SAMLResponse": base64.b64encode(posted).decode()}
    with pytest.raises(ProviderRefused) as refused:
        site.backend.authn_response(context, "")
    assert refused.value.code == "saml_provider.unasked"
    assert NAME not in context.state
