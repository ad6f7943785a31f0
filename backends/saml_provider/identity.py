"""Who the provider says this is, and what its word is worth, by the operator's tables."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from lxml import etree

from hub import Evidence, Identifier, Situation, UpstreamIdentity

from .answers import text_of
from .faults import Fault
from .names import SAML, TRANSIENT
from .settings import Provider, Worth

Attributes = Mapping[str, tuple[str, ...]]
_LONGEST = 1024


def attributes_of(assertion: etree._Element) -> Attributes:
    """Every value made of words, by the attribute's full name."""
    found: dict[str, tuple[str, ...]] = {}
    for node in assertion.iter(f"{{{SAML}}}Attribute"):
        told = (text_of(each) for each in node.iterchildren(f"{{{SAML}}}AttributeValue"))
        name = node.get("Name", "")
        found[name] = (*found.get(name, ()), *(each for each in told if each))
    return found


def identity_of(
    assertion: etree._Element, statement: etree._Element, provider: Provider
) -> UpstreamIdentity:
    said = attributes_of(assertion)
    name_id = assertion.find(f"{{{SAML}}}Subject/{{{SAML}}}NameID")
    index = statement.get("SessionIndex")
    return UpstreamIdentity(
        issuer=provider.entity_id,
        subject=_subject(name_id, said, provider),
        name=next(iter(said.get(provider.name, ())), ""),
        identifiers=tuple(
            Identifier(system=system, number=number)
            for attribute, system in provider.identifiers.items()
            for number in said.get(attribute, ())
        ),
        acr=class_of(statement),
        attributes={
            name: said[attribute]
            for attribute, name in provider.attributes.items()
            if said.get(attribute)
        },
        situations=tuple(_situations(said, provider)),
        session={"name_id": text_of(name_id), **({"session_index": index} if index else {})},
    )


def evidence_of(statement: etree._Element, at: datetime, provider: Provider) -> Evidence:
    """Raise `Fault` when the operator said nothing of such a sign-in."""
    told = class_of(statement)
    fitting = (each for each in provider.evidence if not each.classes or told in each.classes)
    worth = next(fitting, None)
    if worth is None:
        raise Fault("unknown_level", "nothing says what such a sign-in is worth")
    return _evidence(worth, provider, at, told)


def possible(provider: Provider) -> tuple[Evidence, ...]:
    """Everything that an answer may turn out to be."""
    return tuple(_evidence(each, provider, None, None) for each in provider.evidence)


def class_of(statement: etree._Element) -> str | None:
    told = text_of(statement.find(f"{{{SAML}}}AuthnContext/{{{SAML}}}AuthnContextClassRef"))
    return told or None


def _evidence(worth: Worth, provider: Provider, at: datetime | None, told: str | None) -> Evidence:
    return Evidence(
        factors=frozenset(worth.factors),
        authenticator=worth.authenticator,
        amr=worth.amr,
        proved_at=at,
        vouched_by=provider.entity_id,
        vouched_acr=told,
        phishing_resistant=worth.phishing_resistant,
    )


def _subject(name_id: etree._Element | None, said: Attributes, provider: Provider) -> str:
    if provider.subject:
        told = said.get(provider.subject, ())
        if len(told) != 1:
            raise Fault("nameless", "the attribute that names the person is not there once")
        subject = told[0]
    elif name_id is not None and name_id.get("Format") == TRANSIENT:
        # Another one each time: links to it would be links to nobody.
        raise Fault("nameless", "the name given holds for this sign-in only")
    else:
        subject = text_of(name_id)
    if not 0 < len(subject) <= _LONGEST:
        raise Fault("nameless", "no name of a fit length")
    return subject


def _situations(said: Attributes, provider: Provider) -> Iterator[Situation]:
    places = provider.places
    role = next(iter(said.get(places.role, ())), "")
    profession = next(iter(said.get(places.profession, ())), None)
    for structure in said.get(places.structure, ()) if places.structure else ():
        yield Situation(
            id=structure,
            structure=structure,
            role=role,
            source=provider.entity_id,
            profession=profession,
        )
