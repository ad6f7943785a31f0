"""What may be shown once only: identifiers of proofs and assertions, remembered by all nodes."""

from hashlib import sha256
from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from hub import Clock, Toolbox

from .tables import seen

# One statement for both databases: whoever comes first sees its own row, everybody after none.
_TAKE: Final = {
    "sqlite": sqlite.insert(seen).on_conflict_do_nothing().returning(seen.c.hash),
    "postgresql": postgresql.insert(seen).on_conflict_do_nothing().returning(seen.c.hash),
}


class Seen:
    def __init__(self, toolbox: Toolbox) -> None:
        self._work = toolbox.unit_of_work
        self._clock: Clock = toolbox.clock

    def first(self, kind: str, who: str, named: str, until: int) -> bool:
        """Whether *who* shows this for the first time; forgotten at *until*, in POSIX seconds."""
        # JSON may hold half a surrogate pair; it is remembered like any other name.
        shown = f"{kind}\0{who}\0{named}".encode(errors="surrogatepass")
        key = sha256(shown).hexdigest()
        with self._work() as work:
            row = {"hash": key, "until": until}
            return work.execute(_TAKE[work.dialect.name], row).one_or_none() is not None

    def purge(self) -> None:
        with self._work() as work:
            work.execute(delete(seen).where(seen.c.until <= int(self._clock().timestamp())))
