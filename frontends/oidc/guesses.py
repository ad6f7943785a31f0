"""How often codes of devices were guessed wrong: by one person, and from one network."""

from typing import Final

from sqlalchemy import bindparam, delete, text, update

from hub import SignedIn, Toolbox

from .tables import guesses

BY_PERSON: Final = 5
FROM_NETWORK: Final = 20
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
        until, allowed = self._now() + WITHIN, True
        with self._work() as work:
            for key, most in self._keys(person):
                spent = work.execute(_SPEND, {"key": key, "until": until}).scalar_one()
                allowed = allowed and spent <= most
        return allowed

    def give_back(self, person: SignedIn) -> None:
        """It was no guess."""
        with self._work() as work:
            for key, _ in self._keys(person):
                work.execute(_GIVE_BACK, {"of_key": key})

    def purge(self) -> None:
        with self._work() as work:
            work.execute(_PURGE, {"before": self._now()})

    def _keys(self, person: SignedIn) -> list[tuple[str, int]]:
        hour = self._now() // WITHIN
        counted = [(f"person/{person.account.id}/{hour}", BY_PERSON)]
        if person.source:
            counted.append((f"network/{person.source}/{hour}", FROM_NETWORK))
        return [(self._seal.digest(name, "guesses"), most) for name, most in counted]

    def _now(self) -> int:
        return int(self._clock().timestamp())
