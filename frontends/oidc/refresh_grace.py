"""An answer to a refresh that was lost is given again: for seconds, and while nobody used it."""

from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from hub import Seal, value

from .statements import FIND, GRACE_FROM, GRACE_UNTIL


@value
class Successor:
    """What replaced a refresh token."""

    access: str
    scope: str
    until: int
    """Of the access token."""
    refresh: str
    refresh_hash: str


_SUCCESSOR: Final = TypeAdapter(Successor)


class Grace:
    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def kept(self, successor: Successor, grant_id: str) -> bytes:
        """Laid beside the token it replaces, sealed: tokens stand nowhere in the clear."""
        return self._seal.close(_SUCCESSOR.dump_json(successor), _place(grant_id))

    def again(self, work: Connection, row: Any, instant: int) -> Successor | None:
        """What the refresh token of *row* gave moments before *instant*, in milliseconds."""
        if not row.used or row.successor is None:
            return None
        # At once means two at once: one of them holds a copy. A client whose answer was lost waits.
        if not GRACE_FROM <= instant - row.spent_at <= GRACE_UNTIL:
            return None
        opened = self._seal.open(row.successor, _place(row.id))
        successor = _SUCCESSOR.validate_json(opened)
        heir = FIND.first(work, {"hashed": successor.refresh_hash})
        # Somebody goes on with the new token: whoever still shows the old one is somebody else.
        return None if heir is None or heir.used else successor


def _place(grant_id: str) -> str:
    return f"successor/{grant_id}"
