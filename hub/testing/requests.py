"""Requests for an account in memory, and what every book of them must do."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hub.people.requests import UNCONFIRMED_FOR, WAITS_FOR, AccountRequest, RequestsBook, Typed

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
CLEO: Final = Typed(
    given_name="Cléo",
    family_name="d’Arc",
    mail="cleo@clinique.test",
    profession="Infirmière",
    structure="Clinique du Parc",
)


class MemoryRequests:
    def __init__(self) -> None:
        self.unconfirmed: dict[str, AccountRequest] = {}
        self.open: dict[str, tuple[AccountRequest, datetime]] = {}
        self.taken: dict[str, tuple[AccountRequest, datetime]] = {}

    def add(self, request: AccountRequest, ticket: str) -> None:
        self.unconfirmed[ticket] = request

    def confirm(self, ticket: str, now: datetime) -> AccountRequest | None:
        found = self.unconfirmed.pop(ticket, None)
        if found is None or now >= found.made_at + UNCONFIRMED_FOR:
            return None
        self.open[found.id] = (found, now + WAITS_FOR)
        return found

    def waiting(self, structures: Sequence[str], now: datetime) -> Sequence[AccountRequest]:
        return [each for each in self._live(now) if each.structure in structures]

    def unplaced(self, now: datetime) -> Sequence[AccountRequest]:
        return [each for each in self._live(now) if each.structure is None]

    def elsewhere(self, now: datetime) -> Sequence[AccountRequest]:
        return [each for each in self._live(now) if each.structure is not None]

    def take(self, request: str, now: datetime) -> AccountRequest | None:
        found = self.open.pop(request, None)
        if found is None or now >= found[1]:
            return None
        self.taken[request] = found
        return found[0]

    def lay_back(self, request: str) -> None:
        if request in self.taken:
            self.open[request] = self.taken.pop(request)

    def forget(self, request: str) -> None:
        self.open.pop(request, None)
        self.taken.pop(request, None)

    def _live(self, now: datetime) -> Sequence[AccountRequest]:
        live = [each for each, until in self.open.values() if now < until]
        return sorted(live, key=lambda each: (each.made_at, each.id))


MakeBook = Callable[[], RequestsBook]
"""A new, empty book."""


def asked(name: str, structure: str | None = "Clinique du Parc", hours: int = 0) -> AccountRequest:
    made = NOON + timedelta(hours=hours)
    return AccountRequest(id=name, made_at=made, structure=structure, typed=CLEO)


def _nobody_sees_what_nobody_confirmed(make: MakeBook) -> None:
    book = make()
    book.add(asked("r-1"), "ticket")
    assert not book.waiting(["Clinique du Parc"], NOON)
    assert book.take("r-1", NOON) is None


def _a_ticket_confirms_once_and_for_a_day(make: MakeBook) -> None:
    book = make()
    book.add(asked("r-1"), "ticket")
    book.add(asked("r-2"), "late")
    assert book.confirm("another", NOON) is None
    assert book.confirm("ticket", NOON) == asked("r-1")
    assert book.confirm("ticket", NOON) is None
    assert book.confirm("late", NOON + UNCONFIRMED_FOR) is None


def _each_structure_has_its_own(make: MakeBook) -> None:
    book = make()
    there = {"r-1": "Clinique du Parc", "r-2": "Cabinet Martin", "r-3": None}
    for hours, (name, structure) in enumerate(reversed(there.items())):
        book.add(asked(name, structure, hours), name)
        book.confirm(name, NOON)
    assert [each.id for each in book.waiting(["Clinique du Parc"], NOON)] == ["r-1"]
    assert not book.waiting([], NOON)
    assert [each.id for each in book.unplaced(NOON)] == ["r-3"]
    assert [each.id for each in book.elsewhere(NOON)] == ["r-2", "r-1"]


def _one_of_two_decides(make: MakeBook) -> None:
    book = make()
    book.add(asked("r-1"), "ticket")
    book.confirm("ticket", NOON)
    assert book.take("r-1", NOON) == asked("r-1")
    assert book.take("r-1", NOON) is None
    assert not book.elsewhere(NOON)
    book.lay_back("r-1")
    assert book.take("r-1", NOON) == asked("r-1")
    book.forget("r-1")
    book.lay_back("r-1")
    assert book.take("r-1", NOON) is None


def _nothing_waits_for_ever(make: MakeBook) -> None:
    book = make()
    book.add(asked("r-1"), "ticket")
    book.confirm("ticket", NOON)
    assert not book.elsewhere(NOON + WAITS_FOR)
    assert book.take("r-1", NOON + WAITS_FOR) is None


REQUESTS: Final = (
    _nobody_sees_what_nobody_confirmed,
    _a_ticket_confirms_once_and_for_a_day,
    _each_structure_has_its_own,
    _one_of_two_decides,
    _nothing_waits_for_ever,
)
