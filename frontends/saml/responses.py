"""Makes the documents the hub sends: responses with an assertion, or with the reason for none.

Built as elements, so that no name or value can leave its place: SAML Core 2.3, 3.3.3, 3.7.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from lxml import etree

from hub import value

from .documents import Element
from .names import BEARER, ENTITY, SAML, SAMLP, SUCCESS, q
from .statements import Attribute, NameId, Statement

LIFETIME: Final = timedelta(minutes=4)
_EARLIER: Final = timedelta(minutes=1)
"""For services whose clock is late."""
_NAMESPACES: Final = {"samlp": SAMLP, "saml": SAML}


@value
class Letter:
    """Who writes to whom, and in answer to what."""

    issuer: str
    audience: str
    address: str
    in_response_to: str | None
    now: datetime


def new_id() -> str:
    return f"_{secrets.token_hex(20)}"


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def document(kind: str, letter: Letter) -> Element:
    """The frame of every message: `Response`, `LogoutRequest`, `LogoutResponse`."""
    root = etree.Element(
        q(SAMLP, kind),
        {
            "ID": new_id(),
            "Version": "2.0",
            "IssueInstant": written(letter.now),
            "Destination": letter.address,
        },
        _NAMESPACES,
    )
    if letter.in_response_to is not None:
        root.set("InResponseTo", letter.in_response_to)
    _text(root, SAML, "Issuer", letter.issuer).set("Format", ENTITY)
    return root


def status(root: Element, *codes: str) -> None:
    """The outer code, then the one inside."""
    place = etree.SubElement(root, q(SAMLP, "Status"))
    for code in codes:
        place = etree.SubElement(place, q(SAMLP, "StatusCode"), Value=code)


def refusal(letter: Letter, *codes: str) -> Element:
    root = document("Response", letter)
    status(root, *codes)
    return root


def success(letter: Letter) -> Element:
    root = document("Response", letter)
    status(root, SUCCESS)
    return root


def assertion(letter: Letter, said: Statement) -> Element:
    root = etree.Element(
        q(SAML, "Assertion"),
        {"ID": new_id(), "Version": "2.0", "IssueInstant": written(letter.now)},
        {"saml": SAML},
    )
    _text(root, SAML, "Issuer", letter.issuer)
    _subject(root, letter, said.name)
    conditions = etree.SubElement(
        root,
        q(SAML, "Conditions"),
        NotBefore=written(letter.now - _EARLIER),
        NotOnOrAfter=written(letter.now + LIFETIME),
    )
    restriction = etree.SubElement(conditions, q(SAML, "AudienceRestriction"))
    _text(restriction, SAML, "Audience", letter.audience)
    _authn(root, said)
    _attributes(root, said.attributes)
    return root


def named(parent: Element, name: NameId, letter: Letter) -> None:
    """A NameID: among all who know people by persistent names, whose it is is said too."""
    node = _text(parent, SAML, "NameID", name.text)
    node.set("Format", name.format)
    node.set("NameQualifier", letter.issuer)
    node.set("SPNameQualifier", letter.audience)


def _subject(root: Element, letter: Letter, name: NameId) -> None:
    subject = etree.SubElement(root, q(SAML, "Subject"))
    named(subject, name, letter)
    confirmed = etree.SubElement(subject, q(SAML, "SubjectConfirmation"), Method=BEARER)
    bearer = etree.SubElement(
        confirmed,
        q(SAML, "SubjectConfirmationData"),
        NotOnOrAfter=written(letter.now + LIFETIME),
        Recipient=letter.address,
    )
    if letter.in_response_to is not None:
        bearer.set("InResponseTo", letter.in_response_to)


def _authn(root: Element, said: Statement) -> None:
    statement = etree.SubElement(
        root, q(SAML, "AuthnStatement"), AuthnInstant=written(said.at), SessionIndex=said.sid
    )
    if said.until is not None:
        statement.set("SessionNotOnOrAfter", written(said.until))
    context = etree.SubElement(statement, q(SAML, "AuthnContext"))
    _text(context, SAML, "AuthnContextClassRef", said.context)
    for authority in said.authorities:
        _text(context, SAML, "AuthenticatingAuthority", authority)


def _attributes(root: Element, told: Sequence[Attribute]) -> None:
    if not told:
        return
    statement = etree.SubElement(root, q(SAML, "AttributeStatement"))
    for each in told:
        attribute = etree.SubElement(
            statement,
            q(SAML, "Attribute"),
            Name=each.name,
            NameFormat=each.format,
            FriendlyName=each.friendly,
        )
        for text in each.values:
            _text(attribute, SAML, "AttributeValue", text)


def _text(parent: Element, namespace: str, name: str, text: str) -> Element:
    node = etree.SubElement(parent, q(namespace, name))
    node.text = text
    return node
