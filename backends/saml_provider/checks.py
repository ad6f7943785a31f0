"""Whether an answer is for us, for this sign-in, and of now: Core 2.4, 2.5, Profiles 4.1.4.3."""

from datetime import datetime, timedelta
from typing import Final

from lxml import etree

from hub import saml, value

from .answers import Believed, text_of
from .asking import Begun
from .faults import Fault
from .instants import instant
from .names import BEARER, ENTITY, SAML

_OLDEST: Final = timedelta(minutes=10)
"""Of an assertion when it arrives, whatever longer life the provider gives it."""
_KNOWN_CONDITIONS: Final = {f"{{{SAML}}}{name}" for name in ("AudienceRestriction", "OneTimeUse")}


@value
class Expected:
    issuer: str
    address: str
    """Our own, where answers are posted."""
    audience: str
    begun: Begun
    now: datetime
    leeway: timedelta


def check(believed: Believed, expected: Expected) -> None:
    """Raise `Fault` with the first thing that is wrong."""
    try:
        _check_response(believed, expected)
        _check_issuer(believed.assertion.find(f"{{{SAML}}}Issuer"), expected.issuer)
        _check_age(believed.assertion, expected)
        _check_subject(believed.assertion, expected)
        _check_conditions(believed.assertion, expected)
    except saml.Untrusted as error:
        raise Fault("bad_answer", error.why) from error


def statement(assertion: etree._Element) -> etree._Element:
    """The one statement about the sign-in."""
    found: list[etree._Element] = assertion.findall(f"{{{SAML}}}AuthnStatement")
    if len(found) != 1:
        raise Fault("bad_answer", "no single statement of a sign-in")
    return found[0]


def check_statement(said: etree._Element, expected: Expected) -> datetime:
    """When the person signed in there; `Fault` when that is not what was asked."""
    try:
        at = instant(said.get("AuthnInstant"))
        over = said.get("SessionNotOnOrAfter")
        if over is not None and instant(over) <= expected.now - expected.leeway:
            raise Fault("expired", "the session there is over")
    except saml.Untrusted as error:
        raise Fault("bad_answer", error.why) from error
    if at > expected.now + expected.leeway:
        raise Fault("early", "the sign-in is in the future")
    oldest = expected.begun.oldest
    # ForceAuthn is a wish until AuthnInstant shows that it was granted.
    if oldest is not None and at < oldest - expected.leeway:
        raise Fault("not_fresh", "the sign-in is older than asked")
    return at


def _check_response(believed: Believed, expected: Expected) -> None:
    response = believed.response
    issuer = response.find(f"{{{SAML}}}Issuer")
    if issuer is not None:
        _check_issuer(issuer, expected.issuer)
    destination = response.get("Destination")
    # Bindings 3.5.5.2: a signed message names where it goes, or it could be carried elsewhere.
    if destination != expected.address and (destination or believed.response_signed):
        raise Fault("wrong_place", "the answer was for another address")
    if response.get("InResponseTo") != expected.begun.request:
        raise Fault("unasked", "the answer is to another request, or to none")


def _check_issuer(issuer: etree._Element | None, expected: str) -> None:
    kind = issuer.get("Format", ENTITY) if issuer is not None else ""
    if kind != ENTITY or text_of(issuer) != expected:
        raise Fault("wrong_issuer", "another provider speaks")


def _check_age(assertion: etree._Element, expected: Expected) -> None:
    issued = instant(assertion.get("IssueInstant"))
    if issued > expected.now + expected.leeway:
        raise Fault("early", "issued in the future")
    if issued < expected.now - expected.leeway - _OLDEST:
        raise Fault("expired", "issued too long ago")


def _check_subject(assertion: etree._Element, expected: Expected) -> None:
    """Profiles 4.1.4.2: a bearer confirmation for this address, this request and this moment."""
    found = [
        data
        for each in assertion.findall(f"{{{SAML}}}Subject/{{{SAML}}}SubjectConfirmation")
        if each.get("Method") == BEARER
        for data in each.findall(f"{{{SAML}}}SubjectConfirmationData")
    ]
    if len(found) != 1:
        raise Fault("bad_answer", "no single bearer confirmation")
    data = found[0]
    if data.get("Recipient") != expected.address:
        raise Fault("wrong_place", "the assertion was for another address")
    if data.get("InResponseTo") != expected.begun.request:
        raise Fault("unasked", "the assertion is to another request, or to none")
    if instant(data.get("NotOnOrAfter")) <= expected.now - expected.leeway:
        raise Fault("expired", "the confirmation is over")
    if data.get("NotBefore") is not None:
        raise Fault("bad_answer", "a bearer confirmation must have no beginning")


def _check_conditions(assertion: etree._Element, expected: Expected) -> None:
    conditions = assertion.findall(f"{{{SAML}}}Conditions")
    if len(conditions) != 1:
        raise Fault("wrong_audience", "no single set of conditions")
    told = conditions[0]
    begins, ends = told.get("NotBefore"), told.get("NotOnOrAfter")
    if begins is not None and instant(begins) > expected.now + expected.leeway:
        raise Fault("early", "the assertion does not hold yet")
    if ends is not None and instant(ends) <= expected.now - expected.leeway:
        raise Fault("expired", "the assertion holds no longer")
    # Core 2.5.1.1: what is not understood makes the assertion worth nothing here.
    if any(each.tag not in _KNOWN_CONDITIONS for each in told):
        raise Fault("bad_answer", "a condition that is not understood")
    audiences = told.findall(f"{{{SAML}}}AudienceRestriction")
    named = [[text_of(each) for each in one] for one in audiences]
    if not named or not all(expected.audience in one for one in named):
        raise Fault("wrong_audience", "the assertion is for others")
