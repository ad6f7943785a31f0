"""Copies what the trail has kept to the audit sinks; one that fails harms nobody."""

from collections.abc import Callable, Sequence
from typing import Final

import structlog

from hub.contract.audit import AuditEntry, AuditSink

_log: Final = structlog.get_logger("hub.trail")


def copying(sinks: Sequence[AuditSink]) -> Callable[[Sequence[AuditEntry]], None]:
    """*sinks* is read at each call: plugins are lent the trail before they offer any."""

    def copy(entries: Sequence[AuditEntry]) -> None:
        for sink in sinks:
            try:
                for entry in entries:
                    sink.record(entry)
            except Exception as error:  # whatever a stranger's sink raises, the others go on
                kind = type(error).__name__
                _log.error("audit_sink.failed", sink=type(sink).__qualname__, error=kind)

    return copy
