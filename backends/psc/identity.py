"""What a verified answer of PSC says about the person, as the hub's own values.

Never an exception but `ProviderRefused`: PSC changes without notice, and an odd answer is either
somebody, with less known of them, or nobody.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from hub import Json, ProviderRefused, UpstreamIdentity

from .means import acr_of
from .national import identifiers, national_identifier
from .practice import situations
from .reading import block_of, blocks_of, text_of

LONGEST_NAME: Final = 80
_MOST_OTHERS: Final = 20
_OF_THE_PERSON: Final = (
    "Palier_Authentification",
    "PSI_Locale",
    "Mode_Acces_Raison",
    # PSC's own spelling, half French.
    "Acces_Regulation_Medicale",
    "UITVersion",
    "codeCivilite",
)


def identity(
    claims: Mapping[str, Any],
    userinfo: Mapping[str, Any],
    issuer: str,
    session: Mapping[str, Json],
    *,
    strict: bool,
) -> UpstreamIdentity:
    """*claims* of the verified id_token, *userinfo* of the same `sub`; *strict* in production.

    The subject is the national identifier: `sub` was `f:<uuid>:<number>` and becomes a UUID, so
    it is kept beside, in *session*, and names nobody.
    """
    _same_person(claims, userinfo)
    # What is signed comes first, unless it says nothing: PSC writes "" for what it leaves out.
    told = {**userinfo, **{name: worth for name, worth in claims.items() if worth}}
    named = national_identifier(told, strict=strict)
    return UpstreamIdentity(
        issuer=issuer,
        subject=named,
        name=" ".join(_names(told)),
        identifiers=identifiers(named, told, strict=strict),
        acr=acr_of(claims),
        attributes=_attributes(told),
        situations=situations(told, issuer),
        session=dict(session),
        native=_native(told, named),
    )


def _same_person(claims: Mapping[str, Any], userinfo: Mapping[str, Any]) -> None:
    """UserInfo carries no signature: it may complete what the id_token says, not change it."""
    for name in ("sub", "SubjectNameID"):
        signed, told = text_of(claims, name), text_of(userinfo, name)
        if signed and told and signed != told:
            raise ProviderRefused("psc.identity_differs", f"{name} of UserInfo and id_token differ")


def _names(told: Mapping[str, Any]) -> list[str]:
    """First name and name of practice; those of the first practice where the top has none."""
    practice = next(iter(blocks_of(block_of(told, "SubjectRefPro"), "exercices", 1)), {})
    given = text_of(told, "given_name", LONGEST_NAME)
    family = text_of(told, "family_name", LONGEST_NAME)
    given = given or text_of(practice, "prenomDexercice", LONGEST_NAME)
    family = family or text_of(practice, "nomDexercice", LONGEST_NAME)
    return [each for each in (given, family) if each]


def _attributes(told: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The person's only: a profession is told with the place where it is practised."""
    names = ("given_name", "family_name")
    found = {name: text_of(told, name, LONGEST_NAME) for name in names}
    return {name: (text,) for name, text in found.items() if text}


def _native(told: Mapping[str, Any], named: str) -> dict[str, str]:
    found: dict[str, Any] = {name: text_of(told, name) for name in _OF_THE_PERSON if name in told}
    found["SubjectNameID"] = named
    found["otherIds"] = [_other(each) for each in blocks_of(told, "otherIds", _MOST_OTHERS)]
    return {claim: json.dumps(worth, ensure_ascii=False) for claim, worth in found.items()}


def _other(each: Mapping[str, Any]) -> dict[str, Any]:
    quality = each.get("qualite")
    # A whole number at the source, a text elsewhere: told as it came.
    number = isinstance(quality, int) and abs(quality) < 1000
    return {
        "identifiant": text_of(each, "identifiant"),
        "origine": text_of(each, "origine"),
        "qualite": quality if number else text_of(each, "qualite", 16),
    }
