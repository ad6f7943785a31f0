"""Finds entries of the audit trail for the operator, and reads the end of its chain again."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, or_, select

from hub.contract.values import Clock
from hub.people.auditing import Checked, Line, Query
from hub.store.anchor import NO_ANCHOR, Anchor
from hub.store.database import Database
from hub.store.sealing import KeyRing
from hub.store.tables import trail
from hub.store.trail_rows import entry_of
from hub.store.verifying import Verifier


class SqlAudit:
    def __init__(
        self, database: Database, keys: KeyRing, clock: Clock, anchor: Anchor = NO_ANCHOR
    ) -> None:
        self._database = database
        self._verifier = Verifier(database, keys, clock, anchor)

    def search(self, query: Query, most: int) -> Sequence[Line]:
        asked = select(trail).where(*_conditions(query)).order_by(trail.c.id.desc()).limit(most)
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked).mappings().all()
        return [
            Line(number=row["id"], sequence=row["sequence"], entry=entry_of(row)) for row in rows
        ]

    def check(self, most: int) -> Checked:
        verdict = self._verifier.verify(most)
        return Checked(
            since=verdict.since,
            upto=verdict.since + verdict.linked,
            unread=verdict.unread,
            unlinked=verdict.unlinked,
            problem=verdict.problem,
        )


def _conditions(query: Query) -> Iterator[ColumnElement[bool]]:
    columns = trail.c
    if query.action:
        family = columns.action.startswith(f"{query.action}.", autoescape=True)
        yield or_(columns.action == query.action, family)
    if query.account:
        yield columns.account == query.account
    if query.service:
        yield columns.service == query.service
    if query.support:
        yield columns.support == query.support
    if query.since:
        yield columns.at >= query.since
    if query.until:
        yield columns.at < query.until
    if query.before is not None:
        yield columns.id < query.before
