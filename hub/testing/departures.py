"""Leavings in memory, over the records they end sessions of."""

from collections.abc import Sequence

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId, SessionId
from hub.broker.farewells import Farewell, ServiceLeft, Word
from hub.testing.memory import MemoryRecords


class MemoryDepartures:
    """Every service waits to be told until the test says in `heard` what became of it."""

    def __init__(self, records: MemoryRecords) -> None:
        self._records = records
        self._farewells: dict[str, Farewell] = {}
        self.heard: dict[ServiceId, Word] = {}
        self.dismissed: list[ServiceId] = []

    def end(self, farewell: Farewell, *trail: AuditEntry) -> None:
        self._records.end(farewell.session, *trail)
        self._farewells[farewell.id] = farewell

    def farewell(self, key: str, browser: str) -> Farewell | None:
        found = self._farewells.get(key)
        return found if found and found.browser == browser else None

    def services(self, session: SessionId) -> Sequence[ServiceLeft]:
        opened = [each.service for each in self._records.participations(session)]
        return [
            ServiceLeft(service=each, word=self.heard.get(each, Word.WAITING)) for each in opened
        ]

    def close(self, session: SessionId, service: ServiceId, *trail: AuditEntry) -> None:
        kept = [e for e in self._records.joined if (e.session, e.service) != (session, service)]
        self._records.joined = kept
        self._records.trail.extend(trail)

    def dismiss(self, session: SessionId, service: ServiceId, *trail: AuditEntry) -> None:
        self.dismissed.append(service)
        self.close(session, service, *trail)
