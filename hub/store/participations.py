"""The services opened in each session. They outlive it: whoever must be told is told after."""

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Participation
from hub.contract.toolbox import Seal
from hub.prepared import Statement
from hub.store.codec import canonical
from hub.store.database import Database
from hub.store.tables import participation

_EMPTY = b"{}"


class Participations:
    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        add = database.insert(participation)
        self._add = Statement(add.on_conflict_do_nothing())
        # Opened again, perhaps for another place: what counts is the last time.
        self._moved = Statement(
            add.on_conflict_do_update(
                index_elements=["session", "service", "frontend", "handle_digest"],
                set_={"situation": add.excluded.situation},
            )
        )

    def add(self, transaction: Connection, joins: Participation | None) -> None:
        if joins is None:
            return
        handle = canonical(dict(joins.handle))
        row = {
            "session": joins.session,
            "service": joins.service,
            "frontend": joins.frontend,
            "handle_digest": digest_of(joins, self._seal),
            "handle": None if handle == _EMPTY else self._seal.close(handle, _purpose(joins)),
            "situation": self._place(joins),
        }
        statement = self._moved if joins.situation else self._add
        statement.run(transaction, row)

    def of(self, session: SessionId) -> Sequence[Participation]:
        columns = participation.c
        asked = select(participation).where(columns.session == session).order_by(columns.number)
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked).all()
        return [
            self.opened(row.session, row.service, row.frontend, row.handle, row.situation)
            for row in rows
        ]

    def opened(
        self,
        session: str,
        service: str,
        frontend: str,
        handle: bytes | None,
        situation: bytes | None = None,
    ) -> Participation:
        """What a row says, unsealed."""
        bare = Participation(
            session=SessionId(session), service=ServiceId(service), frontend=frontend
        )
        if situation is not None:
            place = self._seal.open(situation, f"{_purpose(bare)}:situation").decode()
            bare = replace(bare, situation=place)
        if handle is None:
            return bare
        return replace(bare, handle=json.loads(self._seal.open(handle, _purpose(bare))))

    def _place(self, joins: Participation) -> bytes | None:
        if joins.situation is None:
            return None
        return self._seal.close(joins.situation.encode(), f"{_purpose(joins)}:situation")


def digest_of(joins: Participation, seal: Seal) -> str:
    """By which one opening of a service is found among the others of a session."""
    return seal.digest(canonical(dict(joins.handle)).decode(), "participation")


def _purpose(joins: Participation) -> str:
    return f"participation:{joins.session}:{joins.service}"
