"""One node at a time: a name held until a moment."""

from datetime import timedelta

from sqlalchemy import or_

from hub.contract.values import Clock
from hub.store.database import Database
from hub.store.tables import lease


class Leases:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, name: str, node: str, seconds: float) -> bool:
        """Whether *node* holds *name* from now on: it was free, or its own."""
        now = self._clock()
        held = {"node": node, "until": now + timedelta(seconds=seconds)}
        # One statement: of two nodes that ask at once, one is answered yes.
        taken = (
            self._database.insert(lease)
            .values(name=name, **held)
            .on_conflict_do_update(
                index_elements=["name"],
                set_=held,
                where=or_(lease.c.node == node, lease.c.until <= now),
            )
            .returning(lease.c.name)
        )
        with self._database.transaction() as transaction:
            return transaction.execute(taken).first() is not None
