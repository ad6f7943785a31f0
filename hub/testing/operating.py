"""An `OperatorBook` in memory, and the kit that it and the tables pass."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import MethodName
from hub.contract.values import Clock
from hub.people.announcing import MOST, Announcement, Tone
from hub.people.operating import OperatorBook, Standing, shown
from hub.testing.toolbox import NOON

PAUSE = Announcement(
    id="pause",
    tone=Tone.WARNING,
    starts=NOON,
    ends=NOON + timedelta(hours=2),
    titles={"fr": "Coupure à 13 h", "en": "Outage at 1 pm"},
    texts={"fr": "Enregistrez votre travail.", "en": "Save your work."},
)
NEWS = replace(PAUSE, id="news", tone=Tone.INFO, starts=NOON - timedelta(hours=1), texts={})
ENTRY = AuditEntry(at=NOON, action="announcement.made")
SMS = MethodName("sms")


class MemoryOperator:
    def __init__(
        self, clock: Clock, trail: Callable[[AuditEntry], Any] = lambda entry: None
    ) -> None:
        self._clock = clock
        self._trail = trail
        self._standing = Standing(number=0)

    def now(self) -> Standing:
        return self._standing

    def announce(self, announcement: Announcement, entry: AuditEntry) -> bool:
        kept = [each for each in self._standing.announcements if not each.over(self._clock())]
        if len(kept) >= MOST:
            return False
        kept = sorted([*kept, announcement], key=lambda each: (each.starts, each.id))
        self._moved(entry, announcements=kept)
        return True

    def withdraw(self, announcement: str, entry: AuditEntry) -> bool:
        kept = [each for each in self._standing.announcements if each.id != announcement]
        if len(kept) == len(self._standing.announcements):
            return False
        self._moved(entry, announcements=kept)
        return True

    def switch(self, method: MethodName, seen: int, entry: AuditEntry, *, on: bool) -> bool:
        if seen != self._standing.number:
            return False
        others = self._standing.off - {method}
        self._moved(entry, off=others if on else others | {method})
        return True

    def _moved(self, entry: AuditEntry, **changes: Any) -> None:
        self._standing = replace(self._standing, number=self._standing.number + 1, **changes)
        self._trail(entry)


Make = Callable[[], OperatorBook]


def an_announcement_comes_back_as_it_was(make: Make) -> None:
    book = make()
    assert book.announce(PAUSE, ENTRY) and book.announce(NEWS, ENTRY)
    assert list(book.now().announcements) == [NEWS, PAUSE]


def warnings_stand_first_and_only_in_their_time(make: Make) -> None:
    book = make()
    book.announce(NEWS, ENTRY)
    book.announce(PAUSE, ENTRY)
    assert shown(book, NOON) == [PAUSE, NEWS]
    assert shown(book, NOON - timedelta(seconds=1)) == [NEWS]
    assert shown(book, PAUSE.ends) == []


def one_that_is_withdrawn_is_gone_and_goes_once(make: Make) -> None:
    book = make()
    book.announce(PAUSE, ENTRY)
    assert book.withdraw(PAUSE.id, ENTRY) and not book.withdraw(PAUSE.id, ENTRY)
    assert not book.now().announcements


def there_are_never_more_than_anybody_reads(make: Make) -> None:
    book = make()
    for number in range(MOST):
        assert book.announce(replace(PAUSE, id=f"{number:02}"), ENTRY)
    assert not book.announce(PAUSE, ENTRY)
    assert len(book.now().announcements) == MOST


def a_method_is_switched_off_and_on(make: Make) -> None:
    book = make()
    assert book.switch(SMS, book.now().number, ENTRY, on=False)
    assert book.now().off == {SMS}
    assert book.switch(SMS, book.now().number, ENTRY, on=True)
    assert book.now().off == frozenset()


def of_two_who_switch_at_once_the_second_must_look_again(make: Make) -> None:
    book = make()
    seen = book.now().number
    assert book.switch(SMS, seen, ENTRY, on=False)
    assert not book.switch(MethodName("card"), seen, ENTRY, on=False)
    assert book.now().off == {SMS}


OPERATOR: Sequence[Callable[[Make], None]] = (
    an_announcement_comes_back_as_it_was,
    warnings_stand_first_and_only_in_their_time,
    one_that_is_withdrawn_is_gone_and_goes_once,
    there_are_never_more_than_anybody_reads,
    a_method_is_switched_off_and_on,
    of_two_who_switch_at_once_the_second_must_look_again,
)
