"""Who the provider says this is: claims read by the operator's table."""

from collections.abc import Mapping
from typing import Any

from hub import Identifier, Json, UpstreamIdentity

from .claims import said, sound, subject_of
from .settings import Provider


def identity_of(
    claims: Mapping[str, Any],
    told: Mapping[str, Any],
    tokens: Mapping[str, str],
    provider: Provider,
) -> UpstreamIdentity:
    """*told*: UserInfo; where both speak of one claim, what is signed in the id_token holds."""
    both = {**told, **claims}
    return UpstreamIdentity(
        issuer=provider.issuer,
        subject=subject_of(claims),
        name=_first(both.get(provider.name_claim)),
        identifiers=tuple(
            Identifier(system=system, number=number)
            for claim, system in provider.identifiers.items()
            for number in texts(both.get(claim))
        ),
        acr=said(claims, "acr"),
        attributes={
            name: found
            for claim, name in provider.attributes.items()
            if (found := texts(both.get(claim)))
        },
        session=session_of(claims, tokens),
    )


def session_of(claims: Mapping[str, Any], tokens: Mapping[str, str]) -> Mapping[str, Json]:
    """What ending the provider's own session takes."""
    sid = said(claims, "sid")
    return {"id_token": tokens["id_token"], **({"sid": sid} if sid else {})}


def texts(told: object) -> tuple[str, ...]:
    """The words in a claim that may hold one or several, empty ones left out."""
    listed = told if isinstance(told, list) else [told]
    words = (sound(str(each) if type(each) is int else each) for each in listed)
    return tuple(each.strip() for each in words if each)


def _first(told: object) -> str:
    return next(iter(texts(told)), "")
