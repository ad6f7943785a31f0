"""Who may use which console, and on whom. Pure.

A référent's right is worth nothing outside the structures it names, and never reaches
oneself or somebody who runs the hub: that would be a way up.
"""

from collections.abc import Sequence
from enum import StrEnum

from hub.contract.accounts import Account
from hub.people.rights import Grant


class Console(StrEnum):
    """Each is the name of the right that opens it."""

    OPERATOR = "console.operator"
    REFERENT = "console.referent"
    SUPPORT = "console.support"


def consoles(grants: Sequence[Grant]) -> frozenset[Console]:
    """Those that these grants, which all hold now, open."""
    held = {grant.name for grant in grants}
    opened = {console for console in Console if console in held}
    return frozenset(opened - ({Console.REFERENT} if not structures_of(grants) else set()))


def structures_of(grants: Sequence[Grant]) -> tuple[str, ...]:
    """Where the référent may act, in alphabetical order. A grant that names no place gives none."""
    named = {each.structure for each in grants if each.name == Console.REFERENT and each.structure}
    return tuple(sorted(named))


def may_administer(actor: Account, person: Account, grants: Sequence[Grant]) -> bool:
    """Whether *actor* may act on *person*; *grants* are the actor's that hold now."""
    if actor.id == person.id or any(each.name == Console.OPERATOR for each in person.rights):
        return False
    own = structures_of([grant for grant in grants if grant.account == actor.id])
    return any(situation.structure in own for situation in person.situations)
