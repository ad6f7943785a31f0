"""What is kept of people, of the core and of plugins: counted, and taken away when it is over."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select

from hub.contract.errors import StoreUnavailable
from hub.contract.holdings import Holding, Standing
from hub.contract.values import Clock, value
from hub.retention_settings import RetentionSettings
from hub.store.database import Database
from hub.store.kinds import Kind, kinds
from hub.store.purge import purge
from hub.store.tables import trail
from hub.store.trail import SqlTrail

UNTIL_IT_EXPIRES: Final = "until it expires"
AS_LONG_AS_THE_ACCOUNT: Final = "as long as the account"
_log = structlog.get_logger("hub.retention")


@value
class Kept:
    """One kind of thing that is kept, and how much of it there is."""

    kind: str
    kept_for: timedelta | None
    """`None`: as long as the account or, with `expires`, until each row ends."""
    standing: Standing
    expires: bool = False

    @property
    def lasts(self) -> str:
        """For operators: `365 days`, `until it expires`, `as long as the account`."""
        if self.kept_for is None:
            return UNTIL_IT_EXPIRES if self.expires else AS_LONG_AS_THE_ACCOUNT
        days, rest = divmod(self.kept_for, timedelta(days=1))
        if not days:
            return f"{self.kept_for // timedelta(minutes=1)} minutes"
        hours = self.kept_for // timedelta(hours=1)
        return f"{days} days" if days > 1 and not rest else f"{hours} hours"


class Retention:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: RetentionSettings,
        trail: SqlTrail,
        holdings: Collection[Holding],
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._trail = trail
        self._holdings = holdings

    def run(self) -> Mapping[str, int]:
        """How much of each kind went; the audit trail says the same, as the proof of it."""
        now = self._clock()
        gone = {**purge(self._database, now, self._settings), **dict(self._plugins(now))}
        return self._trail.purge(now - self._settings.trail, gone)

    def shown(self) -> Sequence[Kept]:
        return [*self._core(), *map(_held, self._holdings)]

    def _plugins(self, now: datetime) -> Iterator[tuple[str, int]]:
        for each in self._holdings:
            try:
                yield each.kind, each.purge(now)
            except StoreUnavailable:
                raise
            except Exception as error:  # one plugin that fails must not keep the others' for ever
                _log.error("retention.failed", kind=each.kind, error=type(error).__name__)

    def _core(self) -> Iterator[Kept]:
        with self._database.transaction() as transaction:
            for each in (*kinds(self._settings), self._trail_kind()):
                count = select(func.count()).select_from(each.table)
                rows = transaction.execute(count).scalar_one()
                asked = select(func.min(each.since)) if each.since is not None else None
                oldest = transaction.execute(asked).scalar() if asked is not None else None
                standing = Standing(rows=rows, oldest=oldest)
                yield Kept(
                    kind=each.table.name,
                    kept_for=each.kept_for,
                    standing=standing,
                    expires=each.over is not None,
                )

    def _trail_kind(self) -> Kind:
        # Never by `over`: what goes from the trail goes up to a checkpoint.
        return Kind(table=trail, since=trail.c.at, kept_for=self._settings.trail)


def _held(holding: Holding) -> Kept:
    return Kept(kind=holding.kind, kept_for=holding.kept_for, standing=holding.standing())
