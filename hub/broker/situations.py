"""For which place somebody acts: those there are, and the one that holds in a session. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from hub.contract.accounts import Account, Situation
from hub.contract.events import AuthenticationEvent


def places(account: Account, events: Sequence[AuthenticationEvent]) -> tuple[Situation, ...]:
    """What the account's store knows, then what the providers of this session add to it.

    A place both know is one place, and stands under the store's id: rights are given for that one.
    """
    told = {
        each.id: each for event in events if event.upstream for each in event.upstream.situations
    }
    found: dict[str, Situation] = {}
    for own in account.situations:
        same = next((each for each in told.values() if _same(own, each)), None)
        found[own.id] = _completed(own, told.pop(same.id)) if same else own
    return tuple((told | found)[name] for name in dict.fromkeys((*found, *told)))


def settled(every: Sequence[Situation], chosen: str | None) -> Situation | None:
    """The one chosen in this session, or the only one there is; `None`: to be asked, or none.

    A choice that is no longer known is none: whoever left a place does not act for it.
    """
    found = next((each for each in every if each.id == chosen), None)
    return found or (every[0] if len(every) == 1 else None)


def _same(own: Situation, told: Situation) -> bool:
    """One structure by its number or its name, in one town, for one profession."""
    if own.id == told.id:
        return True
    names = [{each.structure.casefold(), each.name.casefold()} - {""} for each in (own, told)]
    towns = {each.town.casefold() for each in (own, told)} - {""}
    return bool(names[0] & names[1]) and len(towns) < 2 and _one_profession(own, told)


def _one_profession(own: Situation, told: Situation) -> bool:
    """« Pharmacienne » in one, « Pharmacien » in the other; or one of them says none."""
    one, other = ((each.profession or "").casefold() for each in (own, told))
    return one.startswith(other) or other.startswith(one)


def _completed(own: Situation, told: Situation) -> Situation:
    return replace(
        own,
        profession=own.profession or told.profession,
        name=own.name or told.name,
        town=own.town or told.town,
        native=own.native or told.native,
    )
