"""Writes audit entries in the transaction that made them true; the worker links them later."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, insert

from hub.contract.audit import AuditEntry
from hub.prepared import Statement
from hub.store.tables import trail

_WRITE = Statement(insert(trail))


def write_entries(transaction: Connection, entries: Sequence[AuditEntry]) -> None:
    """One statement for all. Nothing about a person but the account's id stands in an entry."""
    _WRITE.run_all(transaction, [_row(entry) for entry in entries])


def entry_of(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        at=row["at"],
        action=row["action"],
        login=row["login"],
        account=row["account"],
        service=row["service"],
        details=json.loads(row["details"]),
        support=row["support"],
    )


def _row(entry: AuditEntry) -> dict[str, object]:
    return {
        "at": entry.at,
        "action": entry.action,
        "login": entry.login,
        "account": entry.account,
        "service": entry.service,
        "details": json.dumps(dict(entry.details), sort_keys=True, ensure_ascii=False),
        "support": entry.support,
    }
