"""What is owed to services when a session ends: written with its end, claimed by the worker."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Update, insert, literal, select, update

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId, SessionId
from hub.contract.logout import Participation
from hub.contract.toolbox import Seal
from hub.contract.values import Clock, value
from hub.broker.farewells import ServiceLeft, Word
from hub.store.database import Database
from hub.store.participations import Participations
from hub.store.tables import Moment, browser_session, notice, participation
from hub.store.trail_rows import write_entries

TRIED_FOR = timedelta(days=1)
REMEMBERED = timedelta(days=2)
"""So long after the end of the session, whatever became of it."""
CLAIMED_FOR = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)

_OPEN = (Word.WAITING, Word.UNTELLABLE, Word.ANSWERED, Word.REFUSED)
"""A service's own answer changes these; what was told or given up stays."""
_ENTRIES = {Word.TOLD: "service.told_of_leaving", Word.GIVEN_UP: "service.not_told"}


@value
class Owed:
    """A notice that this worker alone may send, for the time being."""

    number: int
    participation: Participation = field(repr=False)
    account: AccountId
    attempts: int
    owed_since: datetime


def owe_notices(transaction: Connection, sessions: Sequence[str], now: datetime) -> None:
    """One for each service opened in these sessions, in the transaction that ends them."""
    owe_notice(transaction, (participation.c.session.in_(sessions),), now)


def owe_notice(
    transaction: Connection, which: Sequence[ColumnElement[bool]], now: datetime
) -> None:
    """One for each such participation; the session may go on."""
    columns = participation.c
    moment = literal(now, Moment)
    owed = (
        select(
            columns.session,
            columns.service,
            columns.frontend,
            browser_session.c.account,
            columns.handle,
            literal(Word.WAITING.value),
            literal(0),
            *(moment,) * 3,
            literal(now + REMEMBERED, Moment),
        )
        .join_from(participation, browser_session, browser_session.c.id == columns.session)
        .where(*which)
        .order_by(columns.number)
    )
    names = "session service frontend account handle state attempts since due_at claimed_until"
    transaction.execute(insert(notice).from_select([*names.split(), "expires_at"], owed))


class Notices:
    def __init__(self, database: Database, seal: Seal, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._participations = Participations(database, seal)

    def of(self, session: SessionId) -> Sequence[ServiceLeft]:
        """How each service of an ended session took it, in the order they were opened."""
        columns = notice.c
        asked = select(columns.service, columns.state).where(columns.session == session)
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked.order_by(columns.number)).all()
        found = {row.service: Word(row.state) for row in rows}
        return [ServiceLeft(service=ServiceId(name), word=word) for name, word in found.items()]

    def claim(self) -> Owed | None:
        """The next one due, of a service nobody is just telling: a slow one holds one place."""
        now = self._clock()
        columns = notice.c
        free = (columns.state == Word.WAITING, columns.claimed_until <= now)
        if not self._due(*free, columns.due_at <= now):
            return None
        other = notice.alias()
        busy = select(other.c.service).where(
            other.c.state == Word.WAITING, other.c.claimed_until > now
        )
        first = (
            select(columns.number)
            .where(*free, columns.due_at <= now, columns.service.not_in(busy))
            .order_by(columns.due_at, columns.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claim = (
            update(notice)
            .where(columns.number == first.scalar_subquery(), *free)
            .values(claimed_until=now + CLAIMED_FOR)
            .returning(*columns)
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(claim).first()
        return self._owed(row) if row else None

    def settle(self, owed: Owed, word: Word) -> None:
        """It ends here: told, given up, or nobody to tell."""
        now = self._clock()
        done = {"state": word.value, "since": now, "claimed_until": now, "handle": None}
        with self._database.transaction() as transaction:
            settled = transaction.execute(self._mine(owed).values(done)).rowcount
            action = _ENTRIES.get(word)
            if settled and action:
                write_entries(transaction, [_entry(owed, action, now)])

    def heard(self, session: SessionId, service: ServiceId, word: Word = Word.TOLD) -> None:
        """Told by the browser itself: nobody need try any more."""
        now = self._clock()
        done = {"state": word.value, "since": now, "claimed_until": now, "handle": None}
        open_ = [each.value for each in _OPEN]
        columns = notice.c
        mine = (columns.session == session, columns.service == service)
        with self._database.transaction() as transaction:
            transaction.execute(update(notice).where(*mine, columns.state.in_(open_)).values(done))

    def postpone(self, owed: Owed) -> None:
        """Tried again later, each time later; after a day nobody tries any more."""
        now = self._clock()
        if now - owed.owed_since >= TRIED_FOR:
            self.settle(owed, Word.GIVEN_UP)
            return
        attempts = owed.attempts + 1
        pause = min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_PAUSE)
        again = {"attempts": attempts, "due_at": now + pause, "claimed_until": now}
        with self._database.transaction() as transaction:
            transaction.execute(self._mine(owed).values(again))

    def _due(self, *which: ColumnElement[bool]) -> bool:
        # Asked by a read: a look that finds nothing must not take the writers' lock.
        with self._database.transaction() as transaction:
            return (
                transaction.execute(select(notice.c.number).where(*which).limit(1)).first()
                is not None
            )

    def _owed(self, row: Row[Any]) -> Owed:
        opened = self._participations.opened(row.session, row.service, row.frontend, row.handle)
        return Owed(
            number=row.number,
            participation=opened,
            account=AccountId(row.account),
            attempts=row.attempts,
            owed_since=row.expires_at - REMEMBERED,
        )

    def _mine(self, owed: Owed) -> Update:
        # Whoever was slower than its claim finds the notice settled, or leaves it to the other.
        return update(notice).where(
            notice.c.number == owed.number,
            notice.c.state == Word.WAITING,
            notice.c.attempts == owed.attempts,
        )


def _entry(owed: Owed, action: str, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now, action=action, account=owed.account, service=owed.participation.service
    )
