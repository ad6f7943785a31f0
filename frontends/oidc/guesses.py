"""How often something was guessed, begun or asked in vain within an hour, on all nodes."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, delete, text, update

from hub import SignedIn, Toolbox

from .tables import guesses

BY_PERSON: Final = 5
FROM_NETWORK: Final = 20
INVITED: Final = 300
IN_VAIN: Final = 6000
"""What one API may ask about tokens that are nothing: strangers send it some, and it asks."""
WITHIN: Final = 3600
"""Seconds."""
_SPEND: Final = text(
    "INSERT INTO oidc_guesses (key, spent, until) VALUES (:key, 1, :until)"
    " ON CONFLICT (key) DO UPDATE SET spent = oidc_guesses.spent + 1 RETURNING spent"
)
_GIVE_BACK: Final = (
    update(guesses).where(guesses.c.key == bindparam("of_key")).values(spent=guesses.c.spent - 1)
)
_PURGE: Final = delete(guesses).where(guesses.c.until <= bindparam("before"))


class Guesses:
    def __init__(self, toolbox: Toolbox) -> None:
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._clock = toolbox.clock

    def spend(self, person: SignedIn) -> bool:
        """RFC 8628 5.1: False when they tried too often. Counted first: fifty at once are fifty."""
        return self._spent(self._keys(person))

    def invited(self, source: str) -> bool:
        """False when that network began so many that no house has so many devices."""
        return self._spent([self._counted("invited", source, INVITED)] if source else [])

    def in_vain(self, client: str) -> bool:
        """False when that client asked too often about tokens that are nothing to it."""
        return self._spent([self._counted("in_vain", client, IN_VAIN)])

    def give_back(self, person: SignedIn) -> None:
        """It was no guess."""
        with self._work() as work:
            for key, _ in self._keys(person):
                work.execute(_GIVE_BACK, {"of_key": key})

    def purge(self) -> None:
        with self._work() as work:
            work.execute(_PURGE, {"before": self._now()})

    def _spent(self, counted: Sequence[tuple[str, int]]) -> bool:
        until, allowed = self._now() + WITHIN, True
        with self._work() as work:
            for key, most in counted:
                spent = work.execute(_SPEND, {"key": key, "until": until}).scalar_one()
                allowed = allowed and spent <= most
        return allowed

    def _keys(self, person: SignedIn) -> Sequence[tuple[str, int]]:
        counted = [self._counted("person", person.account.id, BY_PERSON)]
        if person.source:
            counted.append(self._counted("network", person.source, FROM_NETWORK))
        return counted

    def _counted(self, what: str, whose: str, most: int) -> tuple[str, int]:
        hour = self._now() // WITHIN
        return self._seal.digest(f"{what}/{whose}/{hour}", "guesses"), most

    def _now(self) -> int:
        return int(self._clock().timestamp())
