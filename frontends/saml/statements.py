"""What a response says of a person and of their sign-in, in SAML's words. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from saml2.attributemaps import basic, saml_uri

from hub import Authentication, value

from .declared import NameIdKind, SamlService
from .names import BASIC_NAMES, EMAIL, PERSISTENT, TRANSIENT, UNSPECIFIED, URI_NAMES
from .requests import NamePolicy

LONGEST_VALUE: Final = 256
_FORMATS: Final[Mapping[NameIdKind, str]] = {
    "persistent": PERSISTENT,
    "transient": TRANSIENT,
    "email": EMAIL,
    "unspecified": UNSPECIFIED,
}
_FRIENDLY: Final[Mapping[str, str]] = {
    "name": "displayName",
    "given_name": "givenName",
    "family_name": "sn",
    "surname": "sn",
    "email": "mail",
    "phone_number": "telephoneNumber",
    "login": "uid",
    "structure": "o",
    "profession": "title",
    "affiliation": "eduPersonAffiliation",
    "scoped_affiliation": "eduPersonScopedAffiliation",
    "entitlement": "eduPersonEntitlement",
    "principal_name": "eduPersonPrincipalName",
    "assurance": "eduPersonAssurance",
}
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OURS: Final = "urn:hub:attribute:"
_URIS: Final[Mapping[str, str]] = saml_uri.MAP["to"]
_BASIC: Final[Mapping[str, str]] = basic.MAP["to"]


@value
class NameId:
    format: str
    text: str = field(repr=False)


@value
class Attribute:
    name: str
    format: str
    friendly: str
    values: tuple[str, ...] = field(repr=False)


@value
class Statement:
    """All that one assertion says."""

    name: NameId
    sid: str
    at: datetime
    """When the oldest proof that counts was given: never the moment of this answer."""
    until: datetime | None
    """When the hub's own session ends at the latest."""
    context: str
    """The class: the one asked for, where one was."""
    authorities: tuple[str, ...]
    attributes: tuple[Attribute, ...]


def kind_of(policy: NamePolicy, declared: SamlService, entity_id: str) -> NameIdKind | None:
    """How the service may call the person here; `None`: not as it wishes (InvalidNameIDPolicy)."""
    if policy.qualifier not in (None, entity_id):
        # It would learn the name another service knows the person by.
        return None
    if policy.format == UNSPECIFIED:
        return declared.name_ids[0]
    asked = [kind for kind, named in _FORMATS.items() if named == policy.format]
    return next((kind for kind in asked if kind in declared.name_ids), None)


def name_id(kind: NameIdKind, subject: str, sid: str, claims: Mapping[str, Any]) -> NameId | None:
    """`None`: the person has no such name."""
    match kind:
        case "persistent" | "unspecified":
            return NameId(format=_FORMATS[kind], text=subject)
        case "transient":
            # Made of the session's name, so that a logout can say it again; tells nothing of it.
            text = sha256(f"transient\0{sid}".encode()).hexdigest()
            return NameId(format=TRANSIENT, text=f"_{text}")
        case "email":
            known = claims.get("email") or ()
            return NameId(format=EMAIL, text=_plain(known[0])) if known else None


def again(named: str, subject: str, sid: str) -> NameId | None:
    """The NameID of that format as it was told before; `None`: an address, kept elsewhere."""
    kind = next(kind for kind, each in _FORMATS.items() if each == named)
    return name_id(kind, subject, sid, {})


def attributes(told: Authentication, declared: SamlService) -> tuple[Attribute, ...]:
    facts = dict(_facts(told))
    return tuple(_attribute(name, facts[name], declared) for name in sorted(facts))


def authorities(told: Authentication) -> tuple[str, ...]:
    """Who vouched, where the hub itself believed somebody else."""
    named = (proof.vouched_by for proof in told.proofs)
    return tuple(dict.fromkeys(each for each in named if each))


def _facts(told: Authentication) -> Iterator[tuple[str, Sequence[str]]]:
    yield from ((name, values) for name, values in told.claims.items() if values)
    yield "assurance", (told.acr,)
    situation = told.situation
    if situation is not None:
        yield "structure", (situation.structure,)
        yield "role", (situation.role,)
        if situation.profession:
            yield "profession", (situation.profession,)


def _attribute(name: str, values: Sequence[str], declared: SamlService) -> Attribute:
    friendly = _FRIENDLY.get(name, name)
    if declared.attribute_names == "uri":
        format_, called = URI_NAMES, _URIS.get(friendly, f"{_OURS}{name}")
    else:
        format_, called = BASIC_NAMES, _BASIC.get(friendly, friendly)
    return Attribute(
        name=declared.attributes.get(name, called),
        format=format_,
        friendly=friendly,
        # SAML2int SDP-G02: more than 256 characters need not be taken.
        values=tuple(_plain(each)[:LONGEST_VALUE] for each in values),
    )


def _plain(text: str) -> str:
    """Without what XML cannot write: a name with a NUL would keep its bearer out everywhere."""
    return _UNWRITABLE.sub("", text)
