"""How often a client was guessed at, from one network: counted by all nodes together."""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from hub import StoreUnavailable, Toolbox

from .tables import guesses

_MOST: Final = 10
"""Failures before the pause; secrets have 32 characters, so it is noise and cost that this ends."""
_PAUSE: Final = timedelta(minutes=5)
_REMEMBERED: Final = 10_000
_LOOK: Final = timedelta(seconds=1)
"""Between two looks at what other nodes counted: a right secret costs no statement of its own."""
_PURPOSE: Final = "client_secrets"
_NEW: Final = {"key": bindparam("of_key"), "spent": 1, "until": bindparam("ends")}
_AGAIN: Final = case((guesses.c.until <= bindparam("at"), 1), else_=guesses.c.spent + 1)
_COUNT: Final = {
    kind.dialect.name: made.on_conflict_do_update(
        index_elements=["key"], set_={"spent": _AGAIN, "until": bindparam("ends")}
    ).returning(guesses.c.spent)
    for kind, made in (
        (sqlite, sqlite.insert(guesses).values(_NEW)),
        (postgresql, postgresql.insert(guesses).values(_NEW)),
    )
}
_TOO_MANY: Final = (
    select(guesses.c.key, guesses.c.until)
    .where(guesses.c.until > bindparam("at"), guesses.c.spent >= _MOST)
    .limit(_REMEMBERED)
)
_FORGET: Final = delete(guesses).where(guesses.c.key == bindparam("of_key"))


class Tries:
    """Counted by client and network, so that nobody shuts a client out from elsewhere."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._clock = toolbox.clock
        self._lock = Lock()
        self._failed: OrderedDict[str, None] = OrderedDict()
        """What failed here: a right secret afterwards gives the tries back."""
        self._waiting: Mapping[str, int] = {}
        self._looked = datetime.min.replace(tzinfo=UTC)

    def wait(self, client: str, source: str) -> timedelta | None:
        """How long this network must wait before it may say again that it is *client*."""
        self._look()
        until = self._waiting.get(self._key(client, source)) if self._waiting else None
        left = datetime.fromtimestamp(until, UTC) - self._clock() if until else timedelta(0)
        return left if left > timedelta(0) else None

    def failed(self, client: str, source: str) -> None:
        key, now = self._key(client, source), self._clock()
        ends = int((now + _PAUSE).timestamp())
        row = {"of_key": key, "ends": ends, "at": int(now.timestamp())}
        with self._work() as work:
            spent = work.execute(_COUNT[work.dialect.name], row).scalar_one()
        with self._lock:
            self._failed[key] = None
            while len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)
            if spent >= _MOST:
                self._waiting = {**self._waiting, key: ends}

    def succeeded(self, client: str, source: str) -> None:
        if not self._failed or (key := self._key(client, source)) not in self._failed:
            return
        with self._lock:
            self._failed.pop(key, None)
        with self._work() as work:
            work.execute(_FORGET, {"of_key": key})

    def _look(self) -> None:
        now = self._clock()
        if abs(now - self._looked) < _LOOK or not self._lock.acquire(blocking=False):
            return
        try:
            self._looked = now
            # While the database is away nothing is given to anybody: what is known goes on.
            with suppress(StoreUnavailable), self._work() as work:
                rows = work.execute(_TOO_MANY, {"at": int(now.timestamp())}).all()
                self._waiting = {row.key: row.until for row in rows}
        finally:
            self._lock.release()

    def _key(self, client: str, source: str) -> str:
        return self._seal.digest(f"{client}\0{source}", _PURPOSE)
