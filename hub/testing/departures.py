"""Leavings in memory, over the records they end sessions of."""

from collections.abc import Sequence
from dataclasses import replace

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId, SessionId
from hub.contract.logout import Participation
from hub.contract.values import Clock
from hub.broker.farewells import JUST_LEFT, Farewell, ServiceLeft, Word
from hub.testing.memory import MemoryRecords


class MemoryDepartures:
    """Every service waits to be told until the test says in `heard` what became of it."""

    def __init__(self, records: MemoryRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._farewells: dict[str, Farewell] = {}
        self.heard: dict[ServiceId, Word] = {}
        self.dismissed: list[ServiceId] = []

    def end(self, farewell: Farewell, *trail: AuditEntry) -> Farewell:
        for each in self._farewells.values():
            if (each.session, each.browser) == (farewell.session, farewell.browser):
                return each
        self._records.end(farewell.session, *trail)
        self._farewells[farewell.id] = farewell
        return farewell

    def farewell(self, key: str, browser: str) -> Farewell | None:
        found = self._farewells.get(key)
        return found if found and found.browser == browser else None

    def last(self, browser: str) -> Farewell | None:
        since = self._clock() - JUST_LEFT
        every = self._farewells.values()
        mine = [each for each in every if each.browser == browser and each.left_at > since]
        return max(mine, key=lambda each: each.left_at, default=None)

    def sent(self, farewell: Farewell) -> bool:
        if self._farewells[farewell.id].sent != farewell.sent:
            return False
        self._farewells[farewell.id] = replace(farewell, sent=farewell.sent + 1)
        return True

    def returned(self, browser: str) -> Farewell | None:
        mine = [each for each in self._farewells.values() if each.browser == browser]
        waiting = [each for each in mine if each.sent > each.back]
        if not waiting:
            return None
        last = max(waiting, key=lambda each: each.left_at)
        self._farewells[last.id] = replace(last, back=last.sent)
        return self._farewells[last.id]

    def services(self, session: SessionId) -> Sequence[ServiceLeft]:
        opened = [each.service for each in self._records.participations(session)]
        return [
            ServiceLeft(service=each, word=self.heard.get(each, Word.WAITING)) for each in opened
        ]

    def told(self, session: SessionId, service: ServiceId, word: Word = Word.TOLD) -> None:
        if self.heard.get(service) is not Word.TOLD:
            self.heard[service] = word

    def close(self, session: SessionId, service: ServiceId, *trail: AuditEntry) -> None:
        kept = [e for e in self._records.joined if (e.session, e.service) != (session, service)]
        self._records.joined = kept
        self._records.trail.extend(trail)

    def dismiss(self, gone: Participation, *trail: AuditEntry) -> None:
        self.dismissed.append(gone.service)
        self._records.joined = [each for each in self._records.joined if each != gone]
        self._records.trail.extend(trail)
