"""A service's metadata as the hub understands it: addresses, keys, wishes. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from urllib.parse import urlsplit

from hub import saml, value

from .documents import Element, boolean, instant
from .names import DS, MD, POST, REDIRECT, SAMLP, q

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_MOST = 200
"""Endpoints or keys of one entity."""


@value
class Consumer:
    """Where answers may be posted."""

    address: str
    index: int


@value
class LogoutPlace:
    binding: str
    address: str
    answers: str
    """Where a LogoutResponse goes."""


@value
class Entity:
    id: str
    consumers: tuple[Consumer, ...]
    """The default first."""
    logout: tuple[LogoutPlace, ...]
    signing: tuple[saml.Certificate, ...] = field(repr=False)
    """Only these, never one from a message, say who speaks."""
    encryption: tuple[saml.Certificate, ...] = field(repr=False)
    encrypts_by: tuple[str, ...]
    """The algorithms beside its encryption key; empty: it does not say."""
    name_id_formats: tuple[str, ...]
    signs_requests: bool
    until: datetime | None
    """From then on it is not believed any more."""

    def address(self, url: str | None, index: int | None) -> str | None:
        """The registered address that is meant; `None`: none. Compared to the letter."""
        if url is not None:
            known = [each.address for each in self.consumers]
            return url if url in known else None
        if index is not None:
            return next((each.address for each in self.consumers if each.index == index), None)
        return self.consumers[0].address


def entities(raw: bytes) -> Mapping[str, Entity]:
    """Every service provider in a metadata file, by its entityID; raise `Untrusted`."""
    root = saml.metadata(raw)
    found: dict[str, Entity] = {}
    for node, until in _descriptors(root, None):
        roles = node.findall(q(MD, "SPSSODescriptor"))
        role = next((each for each in roles if SAMLP in _words(each)), None)
        if role is not None:
            entity = _entity(node, role, until)
            if entity.id in found:
                raise saml.Untrusted("repeated")
            found[entity.id] = entity
    return found


def certificates(role: Element, use: str) -> Iterator[saml.Certificate]:
    """Of the keys for *use*, and of those that do not say for what they are."""
    for key in role.findall(q(MD, "KeyDescriptor"))[:_MOST]:
        if key.get("use", use) == use:
            for node in key.iter(q(DS, "X509Certificate")):
                yield saml.Certificate.of(node.text or "")


def _descriptors(
    node: Element, until: datetime | None
) -> Iterator[tuple[Element, datetime | None]]:
    until = _sooner(until, node.get("validUntil"))
    if node.tag == q(MD, "EntityDescriptor"):
        yield node, until
    elif node.tag == q(MD, "EntitiesDescriptor"):
        for child in node.findall(q(MD, "EntitiesDescriptor")):
            yield from _descriptors(child, until)
        for child in node.findall(q(MD, "EntityDescriptor")):
            yield from _descriptors(child, until)
    else:
        raise saml.Untrusted("kind")


def _entity(node: Element, role: Element, until: datetime | None) -> Entity:
    name = node.get("entityID")
    if not name or len(name) > 1024:
        raise saml.Untrusted("entity_id")
    consumers = tuple(_consumers(role))
    if not consumers:
        raise saml.Untrusted("consumer")
    return Entity(
        id=name,
        consumers=consumers,
        logout=tuple(_logout(role)),
        signing=tuple(certificates(role, "signing")),
        encryption=tuple(certificates(role, "encryption")),
        encrypts_by=tuple(_methods(role)),
        name_id_formats=tuple(
            (each.text or "").strip() for each in role.findall(q(MD, "NameIDFormat"))
        ),
        signs_requests=boolean(role.get("AuthnRequestsSigned")),
        until=_sooner(until, role.get("validUntil")),
    )


def _consumers(role: Element) -> Iterable[Consumer]:
    places = role.findall(q(MD, "AssertionConsumerService"))[:_MOST]
    mine = [each for each in places if each.get("Binding") == POST and _fit(each.get("Location"))]
    marked = [each for each in mine if each.get("isDefault") in ("true", "1")]
    unmarked = [each for each in mine if each.get("isDefault") is None]
    # SAML Metadata 2.2.3: the marked one, else the first that does not say it is not.
    first = (marked or unmarked or mine)[:1]
    for each in [*first, *(other for other in mine if other not in first)]:
        index = each.get("index", "0")
        yield Consumer(address=each.get("Location", ""), index=int(index) if _small(index) else 0)


def _logout(role: Element) -> Iterator[LogoutPlace]:
    for each in role.findall(q(MD, "SingleLogoutService"))[:_MOST]:
        binding, address = each.get("Binding", ""), each.get("Location")
        answers = each.get("ResponseLocation", address)
        if binding in (REDIRECT, POST) and _fit(address) and _fit(answers):
            assert address and answers
            yield LogoutPlace(binding=binding, address=address, answers=answers)


def _methods(role: Element) -> Iterator[str]:
    for key in role.findall(q(MD, "KeyDescriptor"))[:_MOST]:
        if key.get("use", "encryption") == "encryption":
            for method in key.findall(q(MD, "EncryptionMethod")):
                yield method.get("Algorithm", "")


def _fit(address: str | None) -> bool:
    """Whatever else stands in metadata, `javascript:` is nowhere to post to.

    Answers are of people: only to the machine itself may they travel without TLS (SDP-MD08).
    """
    try:
        parts = urlsplit(address or "")
        secure = parts.scheme == "https" or parts.hostname in _THIS_MACHINE
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and secure


def _small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5


def _words(role: Element) -> list[str]:
    return (role.get("protocolSupportEnumeration") or "").split()


def _sooner(until: datetime | None, text: str | None) -> datetime | None:
    if text is None:
        return until
    own = instant(text)
    return min(until, own) if until else own
