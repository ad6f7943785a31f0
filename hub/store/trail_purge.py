"""Takes the oldest part of the audit trail away, up to a signed checkpoint: the rest stays whole.

The chain begins then behind that checkpoint, and an entry of its own says so, signed with the
hub's key: whoever only deletes the first entries has neither, and whoever writes in the tables
has no key. See decision 0039.
"""

import json
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, exists, func, select

from hub.contract.values import value
from hub.store.chain import cut_statement
from hub.store.sealing import KeyRing
from hub.store.tables import checkpoint, trail, trail_key

PURGED: Final = "retention.purged"
UNTIL: Final = "trail_until"
SIGNATURE: Final = "trail_signature"


@value
class Cut:
    """What went: so many entries, the last of them with this number and this hash."""

    entries: int
    until: int
    head: str

    def told(self, keys: KeyRing) -> dict[str, str]:
        """The details by which `told_of` knows the hub's own word again."""
        signature = keys.sign(cut_statement(self.until, self.head))
        return {UNTIL: str(self.until), SIGNATURE: signature.hex()}


def cut_trail(transaction: Connection, before: datetime) -> Cut | None:
    """Forget all that a checkpoint of *before* or earlier signed; `None`: there is nothing."""
    columns = checkpoint.c
    signed = select(columns.size, columns.hash).where(columns.at <= before)
    last = transaction.execute(signed.order_by(columns.size.desc()).limit(1)).first()
    if last is None:
        return None
    until = last.size
    gone = transaction.execute(delete(trail).where(trail.c.sequence <= until)).rowcount
    if not gone:
        return None
    transaction.execute(delete(checkpoint).where(checkpoint.c.size < until))
    # A key without an entry says only that somebody once was there.
    used = exists().where(trail.c.account == trail_key.c.account)
    transaction.execute(delete(trail_key).where(~used))
    return Cut(entries=gone, until=until, head=last.hash)


def begins_after(transaction: Connection, size: int) -> int:
    """How many entries are gone from the beginning of a trail of *size*."""
    return (transaction.execute(select(func.min(trail.c.sequence))).scalar() or size + 1) - 1


def told_of(transaction: Connection, until: int, head: str, keys: KeyRing) -> bool:
    """Whether the hub itself said that the first *until* entries were taken away."""
    said = f'"{UNTIL}": "{until}"'
    asked = select(trail.c.details).where(
        trail.c.action == PURGED, trail.c.details.contains(said, autoescape=True)
    )
    # Anybody who reaches the tables writes such an entry, and links it: the signature they lack.
    return any(
        keys.signed_cut(cut_statement(until, head), _signature(details), until)
        for details in transaction.execute(asked).scalars()
    )


def _signature(details: str) -> bytes:
    """Nothing where there is none: one row of nonsense must not end the reading of all others."""
    try:
        told = json.loads(details)
        return bytes.fromhex(told.get(SIGNATURE, "")) if isinstance(told, dict) else b""
    except (ValueError, TypeError, RecursionError):
        return b""
