"""Writes responses as a provider would, so that vectors can spoil them one thing at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from lxml import etree

from hub import saml
from tests.vectors.saml.keys import Pair, pair

NS = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
Element: TypeAlias = etree._Element


@dataclass(frozen=True)
class Story:
    """What the provider says, to whom and when. Every part may be a lie."""

    now: datetime
    request: str
    issuer: str
    address: str
    audience: str
    subject: str = "ann"
    attributes: Mapping[str, str] = field(default_factory=dict)
    format: str = PERSISTENT
    context: str = PASSWORD
    signed: tuple[str, ...] = ("assertion",)
    reader: Pair | None = None
    """Whom it is encrypted for; `None`: everybody."""
    owner: str = "idp"
    """Whose key signs."""
    age: timedelta = timedelta(0)
    """How long ago the person signed in there."""
    assertion_id: str = "_assertion"

    def at(self, **passed: float) -> str:
        return (self.now + timedelta(**passed)).strftime("%Y-%m-%dT%H:%M:%SZ")


def response(story: Story) -> Element:
    """As it is before it is posted: signed and encrypted as the story says."""
    root = _plain(story)
    assertion = root.find("saml:Assertion", NS)
    assert assertion is not None
    key = pair(story.owner).signing
    if "assertion" in story.signed:
        saml.sign(assertion, key)
    if story.reader is not None:
        holder = etree.SubElement(root, f"{{{NS['saml']}}}EncryptedAssertion")
        holder.append(assertion)
        saml.encrypted(assertion, story.reader.certificate)
    if "response" in story.signed:
        saml.sign(root, key)
    return root


def written(root: Element) -> bytes:
    text: bytes = etree.tostring(root)
    return text


def part(root: Element, path: str) -> Element:
    found = root.find(path, NS)
    assert found is not None, path
    return found


def _plain(story: Story) -> Element:
    root = etree.fromstring(_TEMPLATE.format(story=story, **_moments(story)))
    said = part(root, ".//saml:AttributeStatement")
    for name, text in story.attributes.items():
        attribute = etree.SubElement(said, f"{{{NS['saml']}}}Attribute", Name=name)
        etree.SubElement(attribute, f"{{{NS['saml']}}}AttributeValue").text = text
    part(root, ".//saml:NameID").text = story.subject
    return root


def _moments(story: Story) -> dict[str, str]:
    return {
        "now": story.at(),
        "before": story.at(minutes=-1),
        "after": story.at(minutes=5),
        "proved": story.at(seconds=-story.age.total_seconds()),
    }


_TEMPLATE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0"
 IssueInstant="{now}" Destination="{story.address}" InResponseTo="{story.request}">
<saml:Issuer>{story.issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode
 Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="{story.assertion_id}" Version="2.0" IssueInstant="{now}">
<saml:Issuer>{story.issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{story.format}"></saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData Recipient="{story.address}" InResponseTo="{story.request}"
 NotOnOrAfter="{after}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{before}" NotOnOrAfter="{after}"><saml:AudienceRestriction>
<saml:Audience>{story.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{proved}" SessionIndex="there-7"><saml:AuthnContext>
<saml:AuthnContextClassRef>{story.context}</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement/></saml:Assertion></samlp:Response>"""
