"""Forgets what is of no use any more."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete

from hub.retention_settings import RetentionSettings
from hub.store.database import Database
from hub.store.kinds import kinds


def purge(
    database: Database, now: datetime, kept: RetentionSettings = RetentionSettings()
) -> Mapping[str, int]:
    """How many rows went, by table. Running it twice does no harm."""
    gone: dict[str, int] = {}
    for each in kinds(kept):
        if each.over is not None:
            with database.transaction() as transaction:
                done = transaction.execute(delete(each.table).where(each.over(now)))
            gone[each.table.name] = done.rowcount
    return gone
