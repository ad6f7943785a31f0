"""What « Mes services » keeps, in memory, and what every such book must do."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from hub.contract.identifiers import AccountId, ServiceId
from hub.people.access import WAITS_FOR, AccessBook, AccessRequest
from hub.people.posted import KEPT, PER_DAY, PostedBook, PostedNotice
from hub.people.space import PersonalLink, Space, SpacesBook, changed, marked, with_link

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN, BOB = AccountId("a-1"), AccountId("b-2")
LINK: Final = PersonalLink(id="l-1", name="Laboratoire", address="https://labo.test/")


class MemorySpaces:
    def __init__(self) -> None:
        self.kept: dict[AccountId, Space] = {}

    def of(self, account: AccountId) -> Space:
        return self.kept.get(account, Space())

    def keep(self, account: AccountId, space: Space) -> bool:
        if self.of(account).version != space.version:
            return False
        self.kept[account] = replace(space, version=space.version + 1)
        return True


class MemoryPosted:
    def __init__(self) -> None:
        self.kept: dict[str, PostedNotice] = {}

    def post(self, notice: PostedNotice) -> bool:
        since = notice.posted_at - timedelta(days=1)
        same = [
            each
            for each in self.kept.values()
            if (each.account, each.service) == (notice.account, notice.service)
        ]
        if sum(each.posted_at > since for each in same) >= PER_DAY:
            return False
        self.kept[notice.id] = notice
        return True

    def of(self, account: AccountId, now: datetime) -> Sequence[PostedNotice]:
        mine = [each for each in self.kept.values() if each.account == account]
        live = [each for each in mine if now < each.posted_at + KEPT]
        return sorted(live, key=lambda each: each.posted_at, reverse=True)

    def find(self, account: AccountId, notice: str, now: datetime) -> PostedNotice | None:
        return next((each for each in self.of(account, now) if each.id == notice), None)

    def unread(self, account: AccountId, now: datetime) -> int:
        return sum(each.read_at is None for each in self.of(account, now))

    def read(self, account: AccountId, notice: str, now: datetime) -> None:
        found = self.find(account, notice, now)
        if found and found.read_at is None:
            self.kept[notice] = replace(found, read_at=now)

    def unread_again(self, account: AccountId, notice: str) -> None:
        found = self.kept.get(notice)
        if found and found.account == account:
            self.kept[notice] = replace(found, read_at=None)

    def read_all(self, account: AccountId, now: datetime) -> None:
        for each in self.of(account, now):
            self.read(account, each.id, now)


class MemoryKnown:
    """By service and subject."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], AccountId] = {}

    def called(self, sector: str, subject: str) -> AccountId | None:
        return self.names.get((sector, subject))


class MemoryAccess:
    def __init__(self) -> None:
        self.kept: dict[str, AccessRequest] = {}

    def add(self, request: AccessRequest) -> bool:
        if request.service in self.of(request.account, request.made_at):
            return False
        self.withdraw(request.account, request.service)
        self.kept[request.id] = request
        return True

    def of(self, account: AccountId, now: datetime) -> Sequence[ServiceId]:
        return [each.service for each in self._live(now) if each.account == account]

    def made_by(self, account: AccountId, now: datetime) -> Sequence[AccessRequest]:
        found = [each for each in self._live(now) if each.account == account]
        return sorted(found, key=lambda each: (each.made_at, each.id))

    def waiting(self, structures: Sequence[str], now: datetime) -> Sequence[AccessRequest]:
        found = [each for each in self._live(now) if each.structure in structures]
        return sorted(found, key=lambda each: (each.made_at, each.id))

    def take(self, request: str, now: datetime) -> AccessRequest | None:
        found = next((each for each in self._live(now) if each.id == request), None)
        return self.kept.pop(found.id) if found else None

    def withdraw(self, account: AccountId, service: ServiceId) -> None:
        whose = (account, service)
        self.kept = {k: r for k, r in self.kept.items() if (r.account, r.service) != whose}

    def _live(self, now: datetime) -> Sequence[AccessRequest]:
        return [each for each in self.kept.values() if now < each.made_at + WAITS_FOR]


MakeSpaces = Callable[[], SpacesBook]
MakePosted = Callable[[], PostedBook]
MakeAccess = Callable[[], AccessBook]


def _each_account_has_its_own_space(make: MakeSpaces) -> None:
    book = make()
    changed(book, ANN, lambda space: with_link(space, LINK))
    changed(book, ANN, lambda space: marked(space, "mail", favourite=True))
    assert book.of(ANN).links == (LINK,) and book.of(ANN).favourites == {"mail"}
    assert book.of(BOB) == Space()


def _the_slower_of_two_tabs_is_told(make: MakeSpaces) -> None:
    book = make()
    first, second = book.of(ANN), book.of(ANN)
    assert book.keep(ANN, marked(first, "mail", favourite=True))
    assert not book.keep(ANN, marked(second, "scan", favourite=True))
    again = book.of(ANN)
    assert book.keep(ANN, marked(again, "scan", favourite=True))
    assert not book.keep(ANN, again)
    assert book.of(ANN).favourites == {"mail", "scan"}


def notice(name: str, account: AccountId = ANN, hours: int = 0) -> PostedNotice:
    at = NOON + timedelta(hours=hours)
    return PostedNotice(
        id=name,
        account=account,
        service=ServiceId("mail"),
        text="Un message",
        posted_at=at,
        link={"message": name},
    )


def _the_newest_notice_stands_first_until_it_is_old(make: MakePosted) -> None:
    book = make()
    assert book.post(notice("n-1")) and book.post(notice("n-2", hours=1))
    assert [each.id for each in book.of(ANN, NOON)] == ["n-2", "n-1"]
    assert book.find(ANN, "n-1", NOON) == notice("n-1")
    assert [each.id for each in book.of(ANN, NOON + KEPT)] == ["n-2"]
    assert book.find(ANN, "n-1", NOON + KEPT) is None


def _nobody_reads_or_marks_another_s_notice(make: MakePosted) -> None:
    book = make()
    book.post(notice("n-1"))
    assert not book.of(BOB, NOON) and book.find(BOB, "n-1", NOON) is None
    book.read(BOB, "n-1", NOON)
    book.read_all(BOB, NOON)
    assert book.unread(ANN, NOON) == 1 and book.unread(BOB, NOON) == 0
    book.read(ANN, "n-1", NOON)
    book.unread_again(BOB, "n-1")
    assert book.unread(ANN, NOON) == 0


def _a_notice_is_read_and_unread(make: MakePosted) -> None:
    book = make()
    book.post(notice("n-1"))
    book.post(notice("n-2"))
    book.read(ANN, "n-1", NOON)
    book.read(ANN, "n-1", NOON + timedelta(hours=1))
    found = book.find(ANN, "n-1", NOON)
    assert found and found.read_at == NOON and book.unread(ANN, NOON) == 1
    book.read_all(ANN, NOON)
    assert book.unread(ANN, NOON) == 0
    book.unread_again(ANN, "n-1")
    assert book.unread(ANN, NOON) == 1


def _a_service_has_its_share_of_a_day(make: MakePosted) -> None:
    book = make()
    assert all(book.post(notice(f"n-{number}")) for number in range(PER_DAY))
    assert not book.post(notice("one-more", hours=23))
    assert book.post(notice("of-another", BOB))
    assert book.post(notice("next-day", hours=24))


def asks(name: str, account: AccountId = ANN, at: datetime = NOON) -> AccessRequest:
    return AccessRequest(
        id=name,
        account=account,
        service=ServiceId("scan"),
        structure="Clinique du Parc",
        made_at=at,
        message="Pour les urgences",
    )


def _one_request_waits_for_each_service(make: MakeAccess) -> None:
    book = make()
    assert book.add(asks("q-1")) and not book.add(asks("q-2"))
    assert book.add(asks("q-3", BOB))
    assert book.of(ANN, NOON) == [ServiceId("scan")]
    assert book.waiting(["Clinique du Parc"], NOON) == [asks("q-1"), asks("q-3", BOB)]
    assert not book.waiting(["Cabinet Martin"], NOON)


def _one_of_two_gives_it(make: MakeAccess) -> None:
    book = make()
    book.add(asks("q-1"))
    assert book.take("q-1", NOON) == asks("q-1")
    assert book.take("q-1", NOON) is None
    assert book.add(asks("q-2"))


def _it_is_asked_again_after_it_ran_out(make: MakeAccess) -> None:
    book = make()
    book.add(asks("q-1"))
    late = NOON + WAITS_FOR
    assert not book.of(ANN, late) and book.take("q-1", late) is None
    assert not book.waiting(["Clinique du Parc"], late)
    assert book.add(asks("q-2", at=late))
    book.withdraw(ANN, ServiceId("scan"))
    assert book.take("q-2", late) is None


SPACES: Final = (_each_account_has_its_own_space, _the_slower_of_two_tabs_is_told)
POSTED: Final = (
    _the_newest_notice_stands_first_until_it_is_old,
    _nobody_reads_or_marks_another_s_notice,
    _a_notice_is_read_and_unread,
    _a_service_has_its_share_of_a_day,
)
ACCESS: Final = (
    _one_request_waits_for_each_service,
    _one_of_two_gives_it,
    _it_is_asked_again_after_it_ran_out,
)
