"""Things found again exactly once: tickets, states, links sent by mail."""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete

from hub.contract.toolbox import Seal
from hub.contract.values import Clock, Json
from hub.store.codec import canonical
from hub.store.database import Database
from hub.store.tables import one_time


class SqlOneTime:
    def __init__(self, database: Database, seal: Seal, clock: Clock, owner: str) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._owner = owner

    def put(self, key: str, content: Mapping[str, Json], *, seconds: int) -> None:
        hidden = self._hidden(key)
        row = {
            "content": self._seal.close(canonical(dict(content)), f"one_time:{hidden}"),
            "expires_at": self._clock() + timedelta(seconds=seconds),
        }
        new = self._database.insert(one_time).values(key=hidden, **row)
        with self._database.transaction() as transaction:
            transaction.execute(new.on_conflict_do_update(index_elements=["key"], set_=row))

    def take(self, key: str) -> Mapping[str, Json] | None:
        hidden = self._hidden(key)
        # One statement: of two requests with the same ticket, one finds it.
        taken = delete(one_time).where(
            one_time.c.key == hidden, one_time.c.expires_at > self._clock()
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(taken.returning(one_time.c.content)).first()
        if row is None:
            return None
        content: dict[str, Json] = json.loads(self._seal.open(row.content, f"one_time:{hidden}"))
        return content

    def _hidden(self, key: str) -> str:
        return self._seal.digest(f"{self._owner}\0{key}", "one_time")
