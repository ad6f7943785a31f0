"""What SATOSA's `InternalData` says of a person, in the hub's words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from satosa.internal import InternalData

from hub.contract.accounts import Identifier, UpstreamIdentity
from hub.contract.events import Evidence
from hub.contract.providers import ProviderAnswer, ProviderRefused
from hub.contract.values import value

LEEWAY: Final = timedelta(seconds=60)
_TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


@value
class Reading:
    """Which of SATOSA's internal attributes mean what. What is not named here is not taken."""

    identifiers: Mapping[str, str] = field(default_factory=dict)
    """By system: `rpps = "rppsnumber"`."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """By the name the hub keeps it under."""
    name: str = "displayname"


def translated(
    internal: InternalData, reading: Reading, possible: Evidence, now: datetime
) -> ProviderAnswer:
    """Raise `ProviderRefused` when it says of nobody, or that it was proved in the future."""
    said = internal.auth_info
    given = _given(internal)
    identifiers = tuple(_identifiers(given, reading))
    # A transient name is somebody else's next time: an account must never be tied to it.
    lasting = internal.subject_id if internal.subject_type != _TRANSIENT else ""
    if not lasting and not identifiers:
        raise ProviderRefused("provider.no_name", "no lasting name and no identifier")
    if not said.issuer:
        raise ProviderRefused("provider.no_issuer", "the answer names no issuer")
    acr = str(said.auth_class_ref) if said.auth_class_ref else None
    identity = UpstreamIdentity(
        issuer=str(said.issuer),
        subject=str(lasting or _numbered(identifiers[0])),
        name=next(iter(given.get(reading.name, ())), ""),
        identifiers=identifiers,
        acr=acr,
        attributes={to: given[name] for to, name in reading.attributes.items() if name in given},
    )
    evidence = replace(
        possible,
        proved_at=_moment(said.timestamp, now),
        vouched_by=identity.issuer,
        vouched_acr=acr,
    )
    return ProviderAnswer(identity=identity, evidence=evidence)


def _numbered(identifier: Identifier) -> str:
    # With its system: a name of the provider's own may be the same number.
    return f"{identifier.system}:{identifier.number}"


def _given(internal: InternalData) -> Mapping[str, tuple[str, ...]]:
    told = {str(name): _texts(values) for name, values in dict(internal.attributes or {}).items()}
    return {name: texts for name, texts in told.items() if texts}


def _texts(values: object) -> tuple[str, ...]:
    several = values if isinstance(values, Sequence) and not isinstance(values, str) else [values]
    return tuple(text for each in several if each is not None and (text := str(each).strip()))


def _identifiers(given: Mapping[str, tuple[str, ...]], reading: Reading) -> list[Identifier]:
    # Of several numbers of one system nobody knows which is this person's: none is believed.
    found = {system: given.get(name, ()) for system, name in reading.identifiers.items()}
    return [Identifier(system=s, number=texts[0]) for s, texts in found.items() if len(texts) == 1]


def _moment(said: object, now: datetime) -> datetime | None:
    """When it was proved; `None` when nothing says so, or nobody says in which zone."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    if at > now + LEEWAY:
        raise ProviderRefused("provider.clock", "proved later than now")
    return min(at, now).astimezone(UTC)
