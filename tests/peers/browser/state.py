"""What a state of a page is, and the list they are entered in."""

from collections.abc import Callable
from dataclasses import replace

from hub.contract.values import value
from tests.peers.browser.people import Kind, Person
from tests.peers.browser.tab import Tab

Reach = Callable[[Tab, Person], None]
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@value
class State:
    """One thing a page can say, and how somebody gets to read it."""

    name: str
    """Also of its picture, and of whoever is there."""
    rule: str
    """Of the page it ends at, as Flask writes it; empty: a page no rule leads to."""
    reach: Reach
    person: Person
    status: int = 200
    once: bool = False
    """Loading it again would show something else: another language is another visit."""


class States:
    """Enters functions as states: `@STATES("signin", "/login/<login>")`."""

    def __init__(self) -> None:
        self.all: list[State] = []

    def __call__(
        self,
        name: str,
        rule: str,
        *,
        kind: Kind = Kind.DOCTOR,
        seed: str = "",
        status: int = 200,
        once: bool = False,
    ) -> Callable[[Reach], Reach]:
        """*seed*: that person has an authenticator application."""

        def enter(reach: Reach) -> Reach:
            person = Person(login=name, number=len(self.all), kind=kind, seed=seed)
            state = State(
                name=name, rule=rule, reach=reach, person=person, status=status, once=once
            )
            self.all.append(state)
            return reach

        return enter

    def born(self, *, reachable: bool = True, expired: bool = False) -> None:
        """The person of the state entered last is unusual."""
        last = self.all[-1]
        person = replace(last.person, reachable=reachable, expired=expired)
        self.all[-1] = replace(last, person=person)


STATES = States()
