"""What the directory knows of somebody already: it is shown, locked, and never asked."""

from collections.abc import Iterable, Iterator, Mapping

from hub import Account, Identifier, Situation, value

from .fields import FIELDS, NUMBER, SYSTEM
from .numbers import ADELI, RPPS, number_of, system_of


@value
class Known:
    locked: Mapping[str, str]
    """By name of `FIELDS`: the directory is the source, whoever wants it changed asks there."""
    proposed: Mapping[str, str]
    """What stands in a field at first, and may be changed."""


def known_of(account: Account, situation: Situation | None, asked: Iterable[str]) -> Known:
    wanted = set(asked)
    locked = {name: text for name, text in _locked(account, situation) if name in wanted}
    open_to_change = wanted - locked.keys()
    proposed = {name: text for name, text in _proposed(account) if name in open_to_change}
    return Known(locked=locked, proposed=proposed)


def _locked(account: Account, situation: Situation | None) -> Iterator[tuple[str, str]]:
    for name in ("family_name", "given_name", "telephone"):
        if text := next(iter(account.attributes.get(name, ())), "").strip():
            yield name, text
    for name, kind in (("mail", "mail"), ("mobile", "sms")):
        proved = [each.address for each in account.contacts if each.kind == kind and each.validated]
        if proved:
            yield name, proved[0]
    if found := _number(account, situation):
        yield SYSTEM, found[0]
        yield NUMBER, found[1]


def _number(account: Account, situation: Situation | None) -> tuple[str, str] | None:
    """Their own national number; else, for who has none, the number of the place they act for."""
    # Not what was only declared: the service would take it for the directory's word.
    if found := _national(account.proved_identifiers):
        return found
    number = situation.structure if situation else ""
    system_there = system_of(number)
    return (system_there, number) if system_there else None


def _national(carried: Iterable[Identifier]) -> tuple[str, str] | None:
    own = {each.system: each.number for each in carried}
    systems = (each for each in (RPPS, ADELI) if each in own and number_of(each, own[each]))
    return next(((each, own[each]) for each in systems), None)


def _proposed(account: Account) -> Iterator[tuple[str, str]]:
    """An address or a number nobody proved is a good guess, and no more."""
    for name, kind in (("mail", "mail"), ("mobile", "sms")):
        told = next((each.address for each in account.contacts if each.kind == kind), "")
        if told and name in FIELDS:
            yield name, told
    if found := _national(account.identifiers):
        yield SYSTEM, found[0]
        yield NUMBER, found[1]
