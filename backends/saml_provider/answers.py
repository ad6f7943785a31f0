"""What the provider posted, reduced to what its signature proves.

The shape is checked first and strictly: one response, one assertion, nothing beside. Whatever is
read afterwards comes out of `saml.genuine`, from a tree that holds nothing but what was signed.
"""

from collections.abc import Sequence
from dataclasses import field
from typing import Final

from lxml import etree

from hub import saml, value

from .entity import Entity
from .faults import Fault
from .names import SAML, SAMLP, STATUS
from .settings import Provider

ASSERTION: Final = f"{{{SAML}}}Assertion"
_ENCRYPTED: Final = f"{{{SAML}}}EncryptedAssertion"
_RESPONSE: Final = f"{{{SAMLP}}}Response"
_REASONS: Final = {
    f"{STATUS}NoPassive": "login_required",
    f"{STATUS}AuthnFailed": "denied",
    f"{STATUS}RequestDenied": "denied",
    f"{STATUS}UnknownPrincipal": "denied",
    f"{STATUS}NoAuthnContext": "level_refused",
}
"""Refusals of the provider, in its second status code (Core 3.2.2.2)."""


@value
class Believed:
    """An answer whose signatures hold. Of *response* only what is signed counts as said."""

    response: etree._Element
    assertion: etree._Element = field(repr=False)
    response_signed: bool


class Reader:
    """Reads the answers of one provider."""

    def __init__(self, provider: Provider, keys: Sequence[saml.SigningKey]) -> None:
        self._provider = provider
        self._keys = keys
        self._allowed = saml.STRONG.besides({saml.Weak(each) for each in provider.weak})

    def read(self, posted: str, entity: Entity) -> Believed:
        """Raise `Fault`: the shape, the status, the signatures, in that order."""
        try:
            return self._read(saml.message(saml.unbased(posted)), entity)
        except saml.Untrusted as error:
            raise Fault(_reason(error.why), error.why) from error

    def _read(self, root: etree._Element, entity: Entity) -> Believed:
        if root.tag != _RESPONSE or root.get("Version") != "2.0":
            raise Fault("bad_answer", "no SAML 2.0 response")
        _succeeded(root)
        holder = _only_assertion(root)
        response, response_signed = self._response(root, entity)
        # After a response that was proved, everything is read out of the proved one.
        holder = _only_assertion(response) if response_signed else holder
        assertion, assertion_signed = self._assertion(holder, entity, response_signed)
        self._signed_enough(response_signed, assertion_signed)
        return Believed(response=response, assertion=assertion, response_signed=response_signed)

    def _response(self, root: etree._Element, entity: Entity) -> tuple[etree._Element, bool]:
        if root.find(saml.SIGNATURE) is None:
            return root, False
        return saml.genuine(root, entity.signing, self._allowed), True

    def _assertion(
        self, holder: etree._Element, entity: Entity, covered: bool
    ) -> tuple[etree._Element, bool]:
        assertion = holder
        if holder.tag == _ENCRYPTED:
            assertion = self._decrypted(holder)
        elif self._provider.encrypted:
            raise Fault("not_encrypted", "the assertion is not encrypted")
        if assertion.find(saml.SIGNATURE) is not None:
            return saml.genuine(assertion, entity.signing, self._allowed), True
        if not covered:
            raise Fault("unsigned", "neither response nor assertion is signed")
        return assertion, False

    def _decrypted(self, holder: etree._Element) -> etree._Element:
        data = holder.findall(saml.ENCRYPTED_DATA)
        if len(data) != 1:
            raise Fault("bad_answer", "no single encrypted element")
        plain = saml.decrypted(data[0], self._keys, self._allowed)
        if plain.tag != ASSERTION or _assertions(plain) != [plain]:
            raise Fault("wrapped", "something else than one assertion was encrypted")
        return plain

    def _signed_enough(self, response: bool, assertion: bool) -> None:
        enough = {
            "assertion": assertion,
            "response": response,
            "either": response or assertion,
            "both": response and assertion,
        }[self._provider.signed]
        if not enough:
            raise Fault("unsigned", f"what must be signed is not: {self._provider.signed}")


def text_of(node: etree._Element | None) -> str:
    """The words of an element that holds words only; empty when it holds elements."""
    return "" if node is None or len(node) else (node.text or "").strip()


def _assertions(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(ASSERTION, _ENCRYPTED))


def _only_assertion(root: etree._Element) -> etree._Element:
    # Signature wrapping needs a second one somewhere: in Extensions, in a Signature's Object, in
    # the signed one itself. There is one, in its place, or nothing is read.
    found = _assertions(root)
    if not found:
        raise Fault("bad_answer", "no assertion")
    if len(found) > 1 or found[0].getparent() is not root:
        raise Fault("wrapped", "more than one assertion, or one out of its place")
    allowed = {root, found[0]}
    if any(each.getparent() not in allowed for each in root.iter(saml.SIGNATURE)):
        raise Fault("wrapped", "a signature out of its place")
    return found[0]


def _succeeded(root: etree._Element) -> None:
    code = root.find(f"{{{SAMLP}}}Status/{{{SAMLP}}}StatusCode")
    if code is None:
        raise Fault("bad_answer", "no status")
    if code.get("Value") == f"{STATUS}Success":
        return
    second = code.find(f"{{{SAMLP}}}StatusCode")
    said = second.get("Value", "") if second is not None else ""
    raise Fault(_REASONS.get(said, "provider_failed"), said.rpartition(":")[2][:40])


def _reason(why: str) -> str:
    """The refusal people read for what the cryptography could not believe."""
    known = {
        "wrong_signature": "wrong_signature",
        "no_key": "wrong_signature",
        "unsigned": "unsigned",
        "wrapped": "wrapped",
        "algorithm": "weak",
        "undecipherable": "undecipherable",
    }
    return known.get(why, "bad_answer")
