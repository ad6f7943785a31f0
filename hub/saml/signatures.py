"""Reads elements that were signed: what is returned is what the signature covers.

Signature wrapping moves the signed element aside and puts another where readers look. Nothing
here answers yes or no about a document: `genuine` hands back a tree of its own that holds the
signed element alone, made from its canonical octets: those a digest is taken of.
"""

from collections.abc import Sequence
from typing import Final

import xmlsec
from lxml import etree

from hub.saml.algorithms import ENVELOPED, EXCLUSIVE, STRONG, Algorithms
from hub.saml.keys import Certificate, SigningKey
from hub.saml.reading import Untrusted

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
SIGNATURE: Final = f"{{{DS}}}Signature"
_IDS: Final = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")


def genuine(
    element: etree._Element, certificates: Sequence[Certificate], allowed: Algorithms = STRONG
) -> etree._Element:
    """*element* as its own signature proves it, alone in a tree of its own.

    *certificates* come from metadata, never from the document: a `KeyInfo` there is the sender's
    word about the sender. Raise `Untrusted` when any demand is not met.
    """
    signature = _its_signature(element)
    _meets_profile(element, signature, allowed)
    if not any(_verifies(element, signature, each) for each in certificates):
        raise Untrusted("wrong_signature" if certificates else "no_key")
    proven = etree.fromstring(canonical(element))
    # Within the element, the signature alone is not covered by it.
    proven.remove(_its_signature(proven))
    return proven


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical XML of *element*, with its signature: what a digest is taken of."""
    try:
        octets = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    except (etree.LxmlError, ValueError) as error:
        raise Untrusted("canonicalisation") from error
    # A canonicaliser that fails and answers nothing makes every document equal ("void" attack).
    if not octets:
        raise Untrusted("canonicalisation")
    return octets


def complete(element: etree._Element, by: SigningKey, allowed: Algorithms = STRONG) -> None:
    """Fill in the signature that *element* has as a template."""
    signature = _its_signature(element)
    _meets_profile(element, signature, allowed)
    context = xmlsec.SignatureContext()
    context.register_id(element, "ID")
    context.key = by.key
    try:
        context.sign(signature)
    except xmlsec.Error as error:
        raise Untrusted("key_type") from error


def _its_signature(element: etree._Element) -> etree._Element:
    found = element.findall(SIGNATURE)
    if not found:
        raise Untrusted("unsigned")
    if len(found) > 1:
        raise Untrusted("wrapped")
    return found[0]


def _meets_profile(element: etree._Element, signature: etree._Element, allowed: Algorithms) -> None:
    """SAML Core 5.4: enveloped, one reference, to this element, nothing else in the signature."""
    names = [etree.QName(part).localname for part in signature]
    # Object carries what nobody signed; a second SignedInfo is for a second reader.
    if names not in (["SignedInfo", "SignatureValue"], ["SignedInfo", "SignatureValue", "KeyInfo"]):
        raise Untrusted("wrapped")
    info = signature[0]
    if [etree.QName(part).localname for part in info] != [
        "CanonicalizationMethod", "SignatureMethod", "Reference",
    ]:  # fmt: skip
        raise Untrusted("wrapped")
    canonicalization, method, reference = info
    if canonicalization.get("Algorithm") != EXCLUSIVE:
        raise Untrusted("transform")
    if method.get("Algorithm") not in allowed.signatures:
        raise Untrusted("algorithm")
    _refers_to(reference, element)
    _transforms(reference)
    if _child(reference, "DigestMethod").get("Algorithm") not in allowed.digests:
        raise Untrusted("algorithm")


def _refers_to(reference: etree._Element, element: etree._Element) -> None:
    own = element.get("ID")
    if not own or reference.get("URI") != f"#{own}":
        raise Untrusted("wrapped")
    # Two elements of one ID: the signature may speak of the one, the reader of the other.
    everywhere = element.getroottree().getroot().iter(etree.Element)
    if sum(own in (each.get(name) for name in _IDS) for each in everywhere) != 1:
        raise Untrusted("wrapped")


def _transforms(reference: etree._Element) -> None:
    # XPath, XSLT and Base64 transforms choose what is signed: the sender would, not the reader.
    found = [each.get("Algorithm") for each in _child(reference, "Transforms")]
    if found != [ENVELOPED, EXCLUSIVE]:
        raise Untrusted("transform")


def _verifies(element: etree._Element, signature: etree._Element, certificate: Certificate) -> bool:
    # One context for each: xmlsec's are not to be shared by threads.
    context = xmlsec.SignatureContext()
    context.register_id(element, "ID")
    # With a key set, KeyInfo is not read.
    context.key = certificate.key
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


def _child(parent: etree._Element, name: str) -> etree._Element:
    found = list(parent.iter(f"{{{DS}}}{name}"))
    if len(found) != 1:
        raise Untrusted("wrapped")
    return found[0]
