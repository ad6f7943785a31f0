"""The outbox: what is posted leaves, once, even if the hub restarts in between.

`Outbox` is lent to plugins; `Dispatcher` is the worker's. A row is claimed for a minute by one
conditional statement, so several workers share the rows; nothing is open while a carrier works.
The words are sealed, and erased when a carrier took them or they are worth nothing any more.
"""

import secrets
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from hub.contract.errors import StoreUnavailable
from hub.contract.messages import Delivery, Held, Letter, Message, MessageId, Progress, Receipt
from hub.contract.toolbox import Seal
from hub.contract.values import Clock, value
from hub.broker.messenger import Carriers
from hub.store.codec import decode, encode
from hub.store.counters import Allowance, Counters
from hub.store.database import Database
from hub.store.tables import message as letters

CLAIMED_FOR = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=1)
KEPT_TRYING = timedelta(days=1)
"""A message that names no end is tried for so long."""

_log = structlog.get_logger("hub.outbox")
_WAITING, _HANDED_OVER, _FAILED = (each.value for each in Delivery)


@value
class Caps:
    """Messages within a day: nobody's telephone is flooded, nobody's budget is drained."""

    account: int = 20
    address: int = 10


class _NoneLeft(Exception):
    """Rolls back."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


class Outbox:
    def __init__(
        self,
        database: Database,
        seal: Seal,
        clock: Clock,
        caps: Caps,
        wake: Callable[[], None],
        plugin: str,
    ) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._caps = caps
        self._wake = wake
        self._plugin = plugin
        self._counters = Counters(database)

    def post(self, message: Message) -> MessageId | Held:
        message_id = MessageId(secrets.token_urlsafe(16))
        try:
            self._keep(message_id, message)
        except _NoneLeft as none_left:
            return Held(wait=none_left.wait)
        if message.urgent:
            # The worker must not look before the message stands.
            self._database.afterwards(self._wake)
        return message_id

    def progress(self, message_id: MessageId) -> Progress | None:
        columns = letters.c
        asked = select(columns.state, columns.since, columns.failures, columns.expires_at)
        with self._database.transaction() as transaction:
            row = transaction.execute(asked.where(*self._mine(message_id))).first()
        return _progress(row, self._clock()) if row else None

    def cancel(self, message_id: MessageId) -> None:
        waiting = (letters.c.state == _WAITING, letters.c.claimed_until <= self._clock())
        with self._database.transaction() as transaction:
            transaction.execute(delete(letters).where(*self._mine(message_id), *waiting))

    def _keep(self, message_id: MessageId, posted: Message) -> None:
        """Raise `_NoneLeft`, nothing counted, where one of its allowances is spent."""
        now = self._clock()
        life = KEPT_TRYING if posted.expires_in is None else posted.expires_in
        row = {
            "id": message_id,
            "plugin": self._plugin,
            "state": _WAITING,
            "urgent": int(posted.urgent),
            "posted_at": now,
            "since": now,
            "due_at": now,
            "expires_at": now + life,
            "claimed_until": now,
            "failures": 0,
            "body": self._seal.close(encode(posted, Message), f"message:{message_id}"),
        }
        with self._database.transaction() as transaction:
            for key, limit in self._counted(posted).items():
                allowed = Allowance(limit=limit, within=timedelta(days=1), from_first=True)
                if wait := self._counters.spend(transaction, key, allowed, now):
                    raise _NoneLeft(wait)
            transaction.execute(insert(letters).values(row))

    def _counted(self, posted: Message) -> dict[str, int]:
        if posted.notice:
            return {}
        to = posted.to.casefold()
        counted: dict[str, int] = {}
        if posted.most is not None:
            mine = self._seal.digest(f"{self._plugin}\0{to}", "outbox.plugin")
            counted[mine] = min(posted.most, max(1, self._caps.address // 2))
        counted[self._seal.digest(to, "outbox.address")] = self._caps.address
        if posted.account:
            counted[self._seal.digest(posted.account, "outbox.account")] = self._caps.account
        return counted

    def _mine(self, message_id: MessageId) -> tuple[ColumnElement[bool], ...]:
        return (letters.c.id == message_id, letters.c.plugin == self._plugin)


class Dispatcher:
    def __init__(
        self,
        database: Database,
        seal: Seal,
        clock: Clock,
        carriers: Carriers,
        write: Callable[[str, Message], Letter],
        count: Callable[[str, str], None] = lambda plugin, outcome: None,
    ) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self._carriers = carriers
        self._write = write
        self._count = count

    def deliver(self) -> int:
        """Hand over what is due; how many messages carriers took."""
        self._expire()
        taken = 0
        while row := self._claim():
            taken += self._handed_over(row)
        return taken

    def _expire(self) -> None:
        now = self._clock()
        columns = letters.c
        late = (columns.expires_at <= now, columns.claimed_until <= now)
        with self._database.transaction() as transaction:
            transaction.execute(
                update(letters)
                .where(columns.state == _WAITING, *late)
                .values(state=_FAILED, since=columns.expires_at, body=None)
            )

    def _claim(self) -> "Claimed | None":
        now = self._clock()
        columns = letters.c
        free = (columns.state == _WAITING, columns.claimed_until <= now)
        first = (
            select(columns.id)
            .where(*free, columns.due_at <= now, columns.expires_at > now)
            .order_by(columns.urgent.desc(), columns.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claim = (
            update(letters)
            .where(columns.id == first.scalar_subquery(), *free)
            .values(claimed_until=now + CLAIMED_FOR)
            .returning(columns.id, columns.plugin, columns.failures, columns.body)
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(claim).mappings().first()
        return Claimed(**row) if row else None

    def _handed_over(self, claimed: "Claimed") -> bool:
        try:
            receipt = self._sent(claimed)
        except StoreUnavailable:
            raise
        except Exception as error:  # a broken carrier or template must not hold up the others
            _log.warning("message.failed", plugin=claimed.plugin, error=type(error).__name__)
            self._count(claimed.plugin, "failed")
            self._settle(claimed, self._postponed(claimed))
            return False
        _log.info("message.handed_over", plugin=claimed.plugin, channel=receipt.channel)
        done = {"state": _HANDED_OVER, "since": self._clock(), "body": None}
        self._settle(claimed, done)
        self._count(claimed.plugin, "handed_over")
        return True

    def _sent(self, claimed: "Claimed") -> Receipt:
        words = self._seal.open(claimed.body, f"message:{claimed.id}")
        letter = self._write(claimed.plugin, decode(words, Message))
        return self._carriers.send(letter)

    def _postponed(self, claimed: "Claimed") -> dict[str, object]:
        now = self._clock()
        failures = claimed.failures + 1
        pause = min(timedelta(seconds=2 ** min(failures, 6)), LONGEST_PAUSE)
        return {"failures": failures, "due_at": now + pause, "claimed_until": now, "since": now}

    def _settle(self, claimed: "Claimed", settled: dict[str, object]) -> None:
        with self._database.transaction() as transaction:
            transaction.execute(update(letters).where(letters.c.id == claimed.id).values(settled))


@value
class Claimed:
    """A message this worker alone may send, for the time being."""

    id: str
    plugin: str
    failures: int
    body: bytes = field(repr=False)


def _progress(row: Row[str, datetime, int, datetime], now: datetime) -> Progress:
    if row.state == _WAITING and row.expires_at <= now:
        return Progress(delivery=Delivery.FAILED, since=row.expires_at)
    if row.state == _WAITING and row.failures:
        # It is tried again, but whoever waits should know, and may choose another way.
        return Progress(delivery=Delivery.FAILED, since=row.since)
    return Progress(delivery=Delivery(row.state), since=row.since)
