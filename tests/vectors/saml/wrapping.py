"""The eight shapes of signature wrapping (Somorovsky et al., "On Breaking SAML", 2012).

Each takes a response that is signed as it should be, with its place of signature, and puts an
invented person where a careless reader looks while the signature still verifies. Nobody is ever
to be signed in by any of them, and the invented one least of all.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Final

from lxml import etree

from tests.vectors.saml.forge import NS, Element, part

EVIL: Final = "root"
_OBJECT: Final = f"{{{NS['ds']}}}Object"
_EXTENSIONS: Final = f"{{{NS['samlp']}}}Extensions"


def _evil(element: Element) -> Element:
    """A copy that names somebody else, under another ID."""
    copy = deepcopy(element)
    copy.set("ID", "_evil")
    part(copy, ".//saml:NameID").text = EVIL
    return copy


def _unsigned(element: Element) -> Element:
    element.remove(part(element, "ds:Signature"))
    return element


def _response_in_its_signature(root: Element) -> Element:
    evil = _evil(root)
    part(evil, "ds:Signature").append(_unsigned(deepcopy(root)))
    return evil


def _response_before_its_signature(root: Element) -> Element:
    evil = _evil(root)
    signature = part(evil, "ds:Signature")
    evil.insert(evil.index(signature), _unsigned(deepcopy(root)))
    return evil


def _assertion_before(root: Element) -> Element:
    assertion = part(root, "saml:Assertion")
    root.insert(root.index(assertion), _unsigned(_evil(assertion)))
    return root


def _assertion_around(root: Element) -> Element:
    assertion = part(root, "saml:Assertion")
    evil = _unsigned(_evil(assertion))
    root.replace(assertion, evil)
    evil.append(assertion)
    return root


def _assertion_behind(root: Element) -> Element:
    assertion = part(root, "saml:Assertion")
    original = _unsigned(deepcopy(assertion))
    assertion.set("ID", "_evil")
    part(assertion, ".//saml:NameID").text = EVIL
    root.append(original)
    return root


def _assertion_in_its_signature(root: Element) -> Element:
    assertion = part(root, "saml:Assertion")
    original = _unsigned(deepcopy(assertion))
    assertion.set("ID", "_evil")
    part(assertion, ".//saml:NameID").text = EVIL
    part(assertion, "ds:Signature").append(original)
    return root


def _assertion_in_extensions(root: Element) -> Element:
    extensions = etree.Element(_EXTENSIONS)
    extensions.append(_unsigned(_evil(part(root, "saml:Assertion"))))
    root.insert(1, extensions)
    return root


def _assertion_in_an_object(root: Element) -> Element:
    assertion = part(root, "saml:Assertion")
    original = _unsigned(deepcopy(assertion))
    assertion.set("ID", "_evil")
    part(assertion, ".//saml:NameID").text = EVIL
    etree.SubElement(part(assertion, "ds:Signature"), _OBJECT).append(original)
    return root


def _same_id(root: Element) -> Element:
    evil = _evil(part(root, "saml:Assertion"))
    evil.set("ID", part(root, "saml:Assertion").get("ID", ""))
    extensions = etree.Element(_EXTENSIONS)
    extensions.append(evil)
    root.insert(1, extensions)
    return root


SHAPES: Final[dict[str, tuple[str, Callable[[Element], Element]]]] = {
    "1 the signed response inside its signature": ("response", _response_in_its_signature),
    "2 the signed response before its signature": ("response", _response_before_its_signature),
    "3 an assertion before the signed one": ("assertion", _assertion_before),
    "4 an assertion around the signed one": ("assertion", _assertion_around),
    "5 the signed assertion without its signature behind": ("assertion", _assertion_behind),
    "6 the signed assertion in the signature": ("assertion", _assertion_in_its_signature),
    "7 an assertion in extensions": ("assertion", _assertion_in_extensions),
    "8 the signed assertion in an object": ("assertion", _assertion_in_an_object),
    "9 another assertion of the same id": ("assertion", _same_id),
}
"""By name: what is signed in the response that each takes, and what it does to it."""
