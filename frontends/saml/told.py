"""Remembers what services were told: which session is meant by theirs, which requests are over."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, select, true
from sqlalchemy.dialects import postgresql, sqlite

from hub import ServiceId, SessionId, Toolbox, prepared, value

from .names import EMAIL
from .statements import NameId, again
from .tables import answered, fetched, sessions

_KEPT: Final = timedelta(days=2)
"""Longer than any session, and than a service may still be told that one is over."""
_ANSWERED: Final = timedelta(hours=1)
_STANDS: Final = timedelta(minutes=10)
"""So long a row written here is taken to stand: a service ended elsewhere takes its rows along."""
_MOST: Final = 4096
_INSERTS: Final[dict[str, Callable[[Table], Any]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
# Made once: making them costs more than running them.
_ONCE: Final = {
    # Told by what comes back: how many rows an INSERT left alone is said by SQLite only.
    name: prepared.Statement(each(answered).on_conflict_do_nothing().returning(answered.c.request))
    for name, each in _INSERTS.items()
}
_ALSO: Final = {name: each(sessions).on_conflict_do_nothing() for name, each in _INSERTS.items()}


@value
class ToldSession:
    session: SessionId
    name: NameId


class Told:
    def __init__(self, toolbox: Toolbox) -> None:
        self._unit_of_work = toolbox.unit_of_work
        self._clock = toolbox.clock
        self._seal = toolbox.seal
        self._written: dict[tuple[str, str, str], datetime] = {}

    def answer(
        self, service: ServiceId, request: str | None, sid: str, session: ToldSession
    ) -> bool:
        """Keep that *request* is answered now; False: it was answered before."""
        row = (service, sid, session.name.text)
        known = self._stands(row)
        if known and request is None:
            return True
        with self._unit_of_work() as database:
            if request is not None and not self._first(database, service, request):
                return False
            if not known:
                new = self._row(service, sid, session)
                database.execute(_ALSO[database.dialect.name], new)
        if not known:
            self._written[row] = self._clock()
        return True

    def sessions(self, service: ServiceId, sid: str | None, name: str) -> Sequence[SessionId]:
        """Which of ours a service means that says both as it was told them.

        Without *sid* all in which it knows the person by that name, the last told first.
        """
        columns = sessions.c
        asked = select(columns.session).where(
            columns.service == service,
            columns.name_digest == self._named(name),
            true() if sid is None else columns.sid == sid,
        )
        with self._unit_of_work() as database:
            found = database.execute(asked.order_by(columns.until.desc())).scalars().all()
        return [SessionId(each) for each in dict.fromkeys(found)]

    def name(self, service: ServiceId, sid: str, subject: str) -> NameId | None:
        """How the person was last called there; `None`: they were never told of."""
        columns = sessions.c
        asked = select(columns.format, columns.name).where(
            columns.service == service, columns.sid == sid
        )
        with self._unit_of_work() as database:
            row = database.execute(asked.order_by(columns.until.desc()).limit(1)).first()
        if row is None:
            return None
        if row.name is not None:
            text = self._seal.open(row.name, _purpose(service, sid)).decode()
            return NameId(format=row.format, text=text)
        return again(row.format, subject, sid)

    def forget(self, service: ServiceId) -> None:
        with self._unit_of_work() as database:
            database.execute(delete(sessions).where(sessions.c.service == service))
            database.execute(delete(fetched).where(fetched.c.service == service))

    def purge(self) -> None:
        now = _seconds(self._clock())
        with self._unit_of_work() as database:
            database.execute(delete(sessions).where(sessions.c.until <= now))
            database.execute(delete(answered).where(answered.c.until <= now))

    def _stands(self, row: tuple[str, str, str]) -> bool:
        """Whether this process wrote it just now: a service opened again needs no second one."""
        if len(self._written) >= _MOST:
            self._written.clear()
        at = self._written.get(row)
        return at is not None and self._clock() - at < _STANDS

    def _first(self, database: Connection, service: ServiceId, request: str) -> bool:
        key = sha256(f"{service}\0{request}".encode()).hexdigest()
        once = {"request": key, "until": _seconds(self._clock() + _ANSWERED)}
        return _ONCE[database.dialect.name].first(database, once) is not None

    def _row(self, service: ServiceId, sid: str, session: ToldSession) -> dict[str, object]:
        return {
            "service": service,
            "sid": sid,
            "session": session.session,
            "name_digest": self._named(session.name.text),
            "format": session.name.format,
            "name": self._sealed(service, sid, session.name),
            "until": _seconds(self._clock() + _KEPT),
        }

    def _sealed(self, service: str, sid: str, name: NameId) -> bytes | None:
        if name.format != EMAIL:
            return None
        return self._seal.close(name.text.encode(), _purpose(service, sid))

    def _named(self, text: str) -> str:
        return self._seal.digest(text, "saml_name")


def purge(toolbox: Toolbox) -> None:
    """Forget what nothing can be done with any more."""
    Told(toolbox).purge()


def _purpose(service: str, sid: str) -> str:
    return f"saml_session:{service}:{sid}"


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
