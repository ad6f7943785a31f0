"""An AuthnRequest as it was written, and what it asks of the sign-in: SAML Core 3.4.1. Pure."""

from dataclasses import field
from datetime import datetime
from typing import Final, cast

from hub import Asked, Comparison, saml, value

from .documents import Element, boolean, identifier, instant, one, text_of
from .names import ENTITY, POST, SAML, SAMLP, UNSPECIFIED, q

_MOST_CLASSES: Final = 32
_COMPARISONS: Final = ("exact", "minimum", "maximum", "better")


@value
class NamePolicy:
    """How the service wishes to call the person."""

    format: str = UNSPECIFIED
    qualifier: str | None = None


@value
class AuthnRequest:
    id: str
    issuer: str
    at: datetime
    destination: str | None
    consumer: str | None
    """The address it names for the answer, not yet compared with the registered ones."""
    index: int | None
    binding: str
    names: NamePolicy
    subject: str | None = field(repr=False)
    """Whom the service expects."""
    asked: Asked
    muddled: bool
    """It asks for classes in a way that asks for nothing: see `_classes`."""
    providers: tuple[str, ...]
    """The identity providers it would take; empty: any."""
    itself: bool
    """Whether the hub must vouch by its own proofs alone (ProxyCount 0)."""


def head(root: Element, tag: str) -> tuple[str, str, datetime, str | None]:
    """ID, issuer, instant and destination of any request, or `Untrusted`."""
    if root.tag != q(SAMLP, tag) or root.get("Version") != "2.0":
        raise saml.Untrusted("kind")
    issuer = one(root, q(SAML, "Issuer"))
    name = text_of(issuer, "issuer")
    if issuer is not None and issuer.get("Format", ENTITY) != ENTITY:
        raise saml.Untrusted("issuer")
    at = instant(root.get("IssueInstant"))
    return identifier(root.get("ID")), name, at, root.get("Destination")


def authn_request(root: Element) -> AuthnRequest:
    request_id, issuer, at, destination = head(root, "AuthnRequest")
    consumer, index = (
        root.get("AssertionConsumerServiceURL"),
        root.get("AssertionConsumerServiceIndex"),
    )
    if consumer is not None and index is not None:
        # Core 3.4.1: mutually exclusive; checked by one, used by the other otherwise.
        raise saml.Untrusted("consumer")
    return AuthnRequest(
        id=request_id,
        issuer=issuer,
        at=at,
        destination=destination,
        consumer=consumer,
        index=_index(index),
        binding=root.get("ProtocolBinding", POST),
        names=_names(root),
        subject=_subject(root),
        asked=_asked(root),
        muddled=_classes(root) is None,
        providers=_providers(root),
        itself=_itself(root),
    )


def _index(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise saml.Untrusted("consumer")
    return int(text)


def _names(root: Element) -> NamePolicy:
    policy = one(root, q(SAMLP, "NameIDPolicy"))
    if policy is None:
        return NamePolicy()
    return NamePolicy(
        format=policy.get("Format", UNSPECIFIED), qualifier=policy.get("SPNameQualifier")
    )


def _subject(root: Element) -> str | None:
    subject = one(root, q(SAML, "Subject"))
    if subject is None:
        return None
    name = one(subject, q(SAML, "NameID"))
    if name is None:
        raise saml.Untrusted("subject")
    return text_of(name, "nameid")


def _providers(root: Element) -> tuple[str, ...]:
    """Core 3.4.1.3: those of IDPList."""
    entries = root.findall(f"{q(SAMLP, 'Scoping')}/{q(SAMLP, 'IDPList')}/{q(SAMLP, 'IDPEntry')}")
    return tuple(each.get("ProviderID", "") for each in entries)


def _itself(root: Element) -> bool:
    scoping = one(root, q(SAMLP, "Scoping"))
    return scoping is not None and scoping.get("ProxyCount") == "0"


def _asked(root: Element) -> Asked:
    """Core 3.3.2.2.1: a class out of reach fails, it is never a wish; `exact` when not said."""
    wanted = one(root, q(SAMLP, "RequestedAuthnContext"))
    classes = _classes(root) or ()
    comparison = "exact"
    if wanted is not None:
        comparison = wanted.get("Comparison", "exact")
        if comparison not in _COMPARISONS:
            raise saml.Untrusted("comparison")
    return Asked(
        acrs=classes,
        comparison=cast(Comparison, comparison),
        essential=bool(classes),
        force=boolean(root.get("ForceAuthn")),
        passive=boolean(root.get("IsPassive")),
        only_expected=one(root, q(SAML, "Subject")) is not None,
    )


def _classes(root: Element) -> tuple[str, ...] | None:
    """Core 3.3.2.2.1: classes or declarations, never both; declarations mean nothing here.

    `None`: both, declarations alone, an empty wish, or more than anybody needs.
    """
    wanted = one(root, q(SAMLP, "RequestedAuthnContext"))
    if wanted is None:
        return ()
    named = wanted.findall(q(SAML, "AuthnContextClassRef"))
    if len(named) != len(wanted) or not 0 < len(named) <= _MOST_CLASSES:
        return None
    return tuple(dict.fromkeys(text_of(each, "authncontextclassref") for each in named))
