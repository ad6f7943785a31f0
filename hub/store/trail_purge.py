"""Takes the oldest part of the audit trail away, up to a signed checkpoint: the rest stays whole.

The chain begins then behind that checkpoint, and an entry of its own says so: whoever only
deletes the first entries has neither. See decision 0039.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, exists, func, select

from hub.contract.values import value
from hub.store.tables import checkpoint, trail, trail_key

PURGED: Final = "retention.purged"
UNTIL: Final = "trail_until"


@value
class Cut:
    """What went: so many entries, the last of them with this number."""

    entries: int
    until: int


def cut_trail(transaction: Connection, before: datetime) -> Cut | None:
    """Forget all that a checkpoint of *before* or earlier signed; `None`: there is nothing."""
    signed = select(func.max(checkpoint.c.size)).where(checkpoint.c.at <= before)
    until = transaction.execute(signed).scalar()
    if until is None:
        return None
    gone = transaction.execute(delete(trail).where(trail.c.sequence <= until)).rowcount
    if not gone:
        return None
    transaction.execute(delete(checkpoint).where(checkpoint.c.size < until))
    # A key without an entry says only that somebody once was there.
    used = exists().where(trail.c.account == trail_key.c.account)
    transaction.execute(delete(trail_key).where(~used))
    return Cut(entries=gone, until=until)


def told_of(transaction: Connection, until: int) -> bool:
    """Whether the trail itself says that its first *until* entries were taken away."""
    asked = select(trail.c.id).where(
        # Not linked yet, anybody who reaches the table may have written it a moment ago.
        trail.c.sequence.is_not(None),
        trail.c.action == PURGED,
        trail.c.details.contains(f'"{UNTIL}": "{until}"', autoescape=True),
    )
    return transaction.execute(asked.limit(1)).first() is not None
