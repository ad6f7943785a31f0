"""Who may use which console, and on whom. Pure.

A référent's right is worth nothing outside the structures it names, and never reaches
oneself, nor anybody whose console reaches further than one's own: that would be a way up.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

from hub.contract.accounts import Account
from hub.contract.identifiers import AccountId
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


def may_administer(
    actor: Account, person: Account, grants: Sequence[Grant], beyond: Collection[AccountId]
) -> bool:
    """Whether *actor* may act on *person*.

    *grants*: the actor's that hold now. *beyond*: who holds a console the actor has not, see
    `Holders.beyond`: a password lent to the support would open what the support opens.
    """
    if actor.id == person.id or person.id in beyond:
        return False
    # A store may say so as well; where somebody is référent, it cannot say.
    if any(each.name in (Console.OPERATOR, Console.SUPPORT) for each in person.rights):
        return False
    own = structures_of([grant for grant in grants if grant.account == actor.id])
    return any(situation.structure in own for situation in person.situations)


def works_elsewhere(person: Account, grants: Sequence[Grant]) -> bool:
    """Whether others answer for them too: the actor's word alone opens or shuts no account then."""
    own = structures_of(grants)
    return any(situation.structure not in own for situation in person.situations)
