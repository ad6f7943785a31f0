"""All that is known of a person and of the place they act for, as claims by name. Pure.

What the account's store says wins over what a provider said of the same name: a provider may
complete the directory, not correct it; a plugin stands between the two. Of the places only the
settled one is read.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from hub.contract.accounts import Account, Identifier, Situation
from hub.contract.events import AuthenticationEvent
from hub.contract.facts import Fact
from hub.contract.values import Json
from hub.broker.assurance import Known

REACHED_BY: Final = {"mail": "email", "sms": "phone_number"}
"""What the world calls an address, by the kind of message it takes."""
PROOF: Final = {name: f"{name}_verified" for name in REACHED_BY.values()}
"""The claim that says whether the address is proved."""
_OURS: Final = frozenset({*REACHED_BY.values(), *PROOF.values()})
"""An address nobody here proved must not reach a service under the name of one that was."""


def facts(known: Known) -> Mapping[str, tuple[str, ...]]:
    """Texts. Later lines win: what the hub itself proved cannot be an attribute of anybody."""
    account = known.account
    return {
        **_told_by_providers(known.events),
        **_told_by_plugins(known.told),
        "name": (account.display_name,),
        **_reached(account),
        **account.attributes,
        **(_of_place(known.situation) if known.situation else {}),
        **_numbers(account, known.events),
        **_proved(account),
    }


def shaped(known: Known) -> Mapping[str, Json]:
    """What providers say in their own names: of the person, and of the settled place alone."""
    told: dict[str, str] = {}
    for event in known.events:
        told.update(event.upstream.native if event.upstream else {})
    told.update(known.situation.native if known.situation else {})
    # What a plugin tells is its own: a provider may not put its mailboxes in their place.
    said = {name: json.loads(text) for name, text in told.items() if name not in known.told}
    return {**_as_sector(known), **said, **_shaped_by_plugins(known)}


def vouched_numbers(
    account: Account, events: Sequence[AuthenticationEvent]
) -> Sequence[Identifier]:
    """The identifiers a provider of this session vouches for, where the account carries none.

    Beside another number of the same register one of the two is somebody else's: the account's
    own stands, and nobody is called by the other.
    """
    own = {each.system for each in account.proved_identifiers}
    told = [each for event in events if event.upstream for each in event.upstream.identifiers]
    return [each for each in dict.fromkeys(told) if each.system not in own]


def _as_sector(known: Known) -> Mapping[str, Json]:
    """What services of the health sector read since Pro Santé Connect, whoever proved the person.

    ANS writes a national identifier with the digit of its register before it (TRE_G08).
    """
    numbers = _numbers(known.account, known.events)
    whole = [f"8{each}" for each in numbers.get("rpps", ())]
    whole += [f"0{each}" for each in numbers.get("adeli", ())]
    named = next(iter((*numbers.get("idnps", ()), *whole)), "")
    place = known.situation
    return {
        "SubjectNameID": named,
        "SubjectOrganization": (place.name or place.structure) if place else "",
    }


def _told_by_providers(events: Sequence[AuthenticationEvent]) -> Mapping[str, tuple[str, ...]]:
    told: dict[str, tuple[str, ...]] = {}
    for event in events:
        told.update(event.upstream.attributes if event.upstream else {})
    return {name: texts for name, texts in told.items() if texts and name not in _OURS}


def _told_by_plugins(told: Mapping[str, Fact]) -> Mapping[str, tuple[str, ...]]:
    return {name: fact.texts for name, fact in told.items() if name not in _OURS}


def _shaped_by_plugins(known: Known) -> Mapping[str, Json]:
    told = facts(known)
    # Only where its texts stand: what the account's store says has no other shape.
    stands = {n: f for n, f in known.told.items() if f.texts and told.get(n) == f.texts}
    return {name: fact.shape for name, fact in stands.items() if fact.shape is not None}


def _numbers(
    account: Account, events: Sequence[AuthenticationEvent]
) -> Mapping[str, tuple[str, ...]]:
    numbers: dict[str, tuple[str, ...]] = {}
    # Not what was only declared: a service takes a national number for a proof of who it is.
    for each in (*account.proved_identifiers, *vouched_numbers(account, events)):
        numbers[each.system] = (*numbers.get(each.system, ()), each.number)
    return numbers


def _of_place(situation: Situation) -> Mapping[str, tuple[str, ...]]:
    told = {
        "structure": situation.structure,
        "structure_name": situation.name or situation.structure,
        "role": situation.role,
        "profession": situation.profession,
    }
    return {name: (text,) for name, text in told.items() if text}


def _reached(account: Account) -> Mapping[str, tuple[str, ...]]:
    """Their first validated address of each kind."""
    proved = [each for each in reversed(account.contacts) if each.validated]
    return {REACHED_BY[each.kind]: (each.address,) for each in proved if each.kind in REACHED_BY}


def _proved(account: Account) -> Mapping[str, tuple[str, ...]]:
    told = {**_reached(account), **account.attributes}
    validated = {each.address.casefold() for each in account.contacts if each.validated}
    return {
        proof: ("true" if told[name][0].casefold() in validated else "false",)
        for name, proof in PROOF.items()
        if told.get(name)
    }
