"""The provider as its metadata describes it: where to send people, and whose signatures count."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime

from lxml import etree

from hub import saml, value

from .instants import instant
from .names import DS, MD, POST, REDIRECT, SAMLP


@value
class Entity:
    id: str
    addresses: Mapping[str, str]
    """Where requests go, by binding."""
    signing: tuple[saml.Certificate, ...] = field(repr=False)
    until: datetime | None
    """From then on it is not believed any more."""
    wants_signed: bool = False

    def way(self) -> tuple[str, str]:
        """Binding and address; a query where possible: a form needs a click without JavaScript."""
        binding = REDIRECT if REDIRECT in self.addresses else POST
        return binding, self.addresses[binding]


def entity(raw: bytes, entity_id: str) -> Entity:
    """The provider of that name in a metadata document; raise `saml.Untrusted`."""
    found = [
        (node, until)
        for node, until in _described(saml.metadata(raw), None)
        if node.get("entityID") == entity_id
    ]
    if len(found) != 1:
        raise saml.Untrusted("no_such_entity" if not found else "repeated")
    node, until = found[0]
    roles = [
        each
        for each in node.findall(f"{{{MD}}}IDPSSODescriptor")
        if SAMLP in each.get("protocolSupportEnumeration", "").split()
    ]
    if len(roles) != 1:
        raise saml.Untrusted("no_provider")
    return _read(entity_id, roles[0], _sooner(until, roles[0]))


def _read(entity_id: str, role: etree._Element, until: datetime | None) -> Entity:
    addresses = {
        each.get("Binding", ""): each.get("Location", "")
        for each in reversed(role.findall(f"{{{MD}}}SingleSignOnService"))
    }
    if not {POST, REDIRECT} & addresses.keys():
        raise saml.Untrusted("no_address")
    signing = tuple(_signing(role))
    if not signing:
        raise saml.Untrusted("no_key")
    return Entity(
        id=entity_id,
        addresses=addresses,
        signing=signing,
        until=until,
        wants_signed=role.get("WantAuthnRequestsSigned", "") in {"true", "1"},
    )


def _signing(role: etree._Element) -> Iterator[saml.Certificate]:
    for key in role.findall(f"{{{MD}}}KeyDescriptor"):
        if key.get("use", "signing") == "signing":
            for node in key.iter(f"{{{DS}}}X509Certificate"):
                yield saml.Certificate.of(node.text or "")


def _described(
    node: etree._Element, until: datetime | None
) -> Iterator[tuple[etree._Element, datetime | None]]:
    until = _sooner(until, node)
    if node.tag == f"{{{MD}}}EntityDescriptor":
        yield node, until
    elif node.tag == f"{{{MD}}}EntitiesDescriptor":
        for child in node.iterchildren(f"{{{MD}}}EntityDescriptor", f"{{{MD}}}EntitiesDescriptor"):
            yield from _described(child, until)
    else:
        raise saml.Untrusted("no_metadata")


def _sooner(until: datetime | None, node: etree._Element) -> datetime | None:
    said = node.get("validUntil")
    if said is None:
        return until
    own = instant(said)
    return own if until is None else min(own, until)
