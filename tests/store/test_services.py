"""Services that joined come back as they were, and every copy of them hears of a change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.contract.errors import NameTaken, StoreUnavailable
from hub.contract.identifiers import AccountId, ActionName, ServiceId
from hub.contract.services import (
    Access,
    DeclaredPeer,
    Launch,
    Registration,
    Registry,
    Service,
    ServiceState,
    Tile,
)
from hub.people.joining import settled, waiting
from hub.store.database import Database, open_database
from hub.store.purge import purge
from hub.store.schema import migrate
from hub.store.service_book import ServiceBook
from hub.store.services import SqlServices
from hub.testing.hub import service
from hub.testing.tables import Statements
from hub.testing.toolbox import NOON, MemoryClock, MemoryRegistry
from hub.toolboxes import BoundRegistry

MAIL = Service(
    id=ServiceId("mail"),
    access=Access(
        minimum="strong",
        rights=frozenset({"mail.reader"}),
        requires=(ActionName("terms"),),
        max_age=timedelta(minutes=5),
    ),
    claims=frozenset({"surname", "rpps"}),
    tile=Tile(title="Le mail", summary="Écrire"),
    launch=Launch(address="https://mail.test/", parameters={"message": "[0-9]+"}),
    peer=DeclaredPeer(frontend="oidc", table={"client_id": "mail", "uris": ["https://mail.test"]}),
    sector="mail.test",
)
JOINED = Registration(
    service=MAIL, since=NOON, owner=AccountId("a-1"), kept={"contacts": ["team@mail.test"]}
)
WIKI = replace(JOINED, service=replace(MAIL, id=ServiceId("wiki")), since=NOON + timedelta(hours=1))


@pytest.fixture
def rows(database: Database, clock: MemoryClock) -> SqlServices:
    return SqlServices(database, clock)


def book_of(rows: SqlServices, clock: MemoryClock, *configured: Service) -> ServiceBook:
    return ServiceBook(rows, clock, configured)


@pytest.fixture(params=["memory", "tables"])
def registry(request: pytest.FixtureRequest, rows: SqlServices) -> Registry:
    return rows if request.param == "tables" else MemoryRegistry({})


def test_a_registration_comes_back_as_it_was(registry: Registry) -> None:
    registry.add(JOINED)
    assert registry.find(MAIL.id) == JOINED
    assert registry.find(ServiceId("wiki")) is None


def test_a_name_is_given_once(registry: Registry) -> None:
    registry.add(JOINED)
    with pytest.raises(NameTaken):
        registry.add(replace(JOINED, owner=None))
    found = registry.find(MAIL.id)
    assert found is not None and found.owner == "a-1"


def test_of_two_changes_to_one_state_the_second_is_not_kept(registry: Registry) -> None:
    registry.add(JOINED)
    there = registry.find(MAIL.id)
    assert there is not None
    assert registry.change(replace(there, kept={"first": True}))
    assert not registry.change(replace(there, kept={"second": True}))
    now = registry.find(MAIL.id)
    assert now is not None and now.kept == {"first": True}


def test_what_was_removed_is_gone_and_counted_no_more(registry: Registry) -> None:
    registry.add(JOINED)
    registry.add(WIKI)
    assert registry.joined_since(NOON) == 1
    registry.remove(WIKI.service.id)
    assert registry.joined_since(NOON) == 0 and registry.find(WIKI.service.id) is None


def test_a_change_of_state_makes_older_knowledge_stale(rows: SqlServices) -> None:
    rows.add(JOINED)
    there = rows.find(MAIL.id)
    assert there is not None and rows.stand(MAIL.id, ServiceState.DISABLED)
    assert not rows.change(there)
    assert not rows.stand(ServiceId("wiki"), ServiceState.ACTIVE)


def test_pending_and_disabled_services_are_no_services(
    rows: SqlServices, clock: MemoryClock
) -> None:
    rows.add(replace(JOINED, state=ServiceState.PENDING))
    rows.add(replace(WIKI, state=ServiceState.DISABLED))
    book = book_of(rows, clock)
    assert list(book) == [] and MAIL.id not in book and book.get(WIKI.service.id) is None
    rows.stand(MAIL.id, ServiceState.ACTIVE)
    clock.later(seconds=1)
    assert list(book.values()) == [MAIL] and book[MAIL.id] == MAIL and len(book) == 1


def test_a_service_just_registered_elsewhere_is_found_at_once(
    rows: SqlServices, clock: MemoryClock
) -> None:
    book = book_of(rows, clock)
    assert list(book) == []
    rows.add(JOINED)
    assert book[MAIL.id] == MAIL


def test_a_known_service_costs_one_question_a_second(
    rows: SqlServices, clock: MemoryClock, database: Database
) -> None:
    rows.add(JOINED)
    book = book_of(rows, clock, service("wiki"))
    assert MAIL.id in book
    statements = Statements(database.engine)
    for _ in range(20):
        assert book[MAIL.id] and book[ServiceId("wiki")]
    assert statements.sql == []
    clock.later(seconds=1)
    for _ in range(20):
        assert book[MAIL.id]
    assert len(statements.sql) == 1


def test_a_service_of_the_configuration_is_switched_off_and_on(
    rows: SqlServices, clock: MemoryClock
) -> None:
    book = book_of(rows, clock, service("mail"), service("wiki"))
    rows.switch(MAIL.id, on=False)
    rows.switch(MAIL.id, on=False)
    assert list(book) == ["wiki"]
    rows.switch(MAIL.id, on=True)
    clock.later(seconds=1)
    assert list(book) == ["mail", "wiki"]


def test_nothing_takes_the_name_of_a_configured_service_or_of_our_own_pages(
    rows: SqlServices, clock: MemoryClock
) -> None:
    book = book_of(rows, clock, service("wiki"))
    book.join([service("console")])
    lent = BoundRegistry(rows=rows, book=book, frontends=frozenset({"oidc"}))
    for name in ("wiki", "console"):
        with pytest.raises(NameTaken):
            lent.add(replace(JOINED, service=replace(MAIL, id=ServiceId(name))))
    rows.add(WIKI)
    rows.switch(ServiceId("wiki"), on=False)
    rows.switch(ServiceId("console"), on=False)
    assert list(book) == ["console"]


def test_a_plugin_sees_the_services_of_its_own_protocols_only(
    rows: SqlServices, clock: MemoryClock
) -> None:
    lent = BoundRegistry(rows=rows, book=book_of(rows, clock), frontends=frozenset({"saml"}))
    rows.add(JOINED)
    assert lent.find(MAIL.id) is None
    lent.remove(MAIL.id)
    assert not lent.change(replace(JOINED, owner=None))
    assert rows.find(MAIL.id) == JOINED
    with pytest.raises(NameTaken):
        lent.add(WIKI)


def test_a_service_nobody_said_yes_to_is_forgotten_after_a_month(
    rows: SqlServices, database: Database
) -> None:
    rows.add(replace(JOINED, state=ServiceState.PENDING))
    rows.add(replace(WIKI, since=NOON))
    almost = NOON + timedelta(days=30)
    assert purge(database, almost - timedelta(seconds=1))["service"] == 0
    assert purge(database, almost)["service"] == 1
    assert [each.service.id for each in rows.all()] == ["wiki"]


@contextmanager
def _away(database: Database, path: Path) -> Iterator[None]:
    database.engine.dispose()
    for each in path.parent.glob("hub.db*"):
        each.rename(each.with_name(f"away-{each.name}"))
    yield
    for each in path.parent.glob("away-*"):
        each.rename(each.with_name(each.name.removeprefix("away-")))


def test_while_the_database_is_away_what_is_known_goes_on(
    tmp_path: Path, clock: MemoryClock
) -> None:
    path = tmp_path / "hub.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database, {})
    rows = SqlServices(database, clock)
    rows.add(JOINED)
    book = book_of(rows, clock, service("wiki"))
    assert MAIL.id in book
    with _away(database, path):
        clock.later(minutes=1)
        assert book[MAIL.id] == MAIL and set(book) == {"wiki", "mail"}
        assert ServiceId("nobody") not in book
        young = book_of(rows, clock, service("wiki"))
        assert young[ServiceId("wiki")]
        # Whether that service exists, nobody can tell now: it is not called unknown.
        with pytest.raises(StoreUnavailable):
            young.get(MAIL.id)
    assert young[MAIL.id] == MAIL
    database.engine.dispose()


def test_the_operator_settles_what_waits_once_and_as_it_was_read(
    rows: SqlServices, clock: MemoryClock
) -> None:
    book = book_of(rows, clock)
    for each in (JOINED, WIKI):
        rows.add(replace(each, state=ServiceState.PENDING))
    assert [each.service.id for each in waiting(rows)] == ["mail", "wiki"]
    there = rows.find(MAIL.id)
    assert there and rows.change(replace(there, service=replace(MAIL, claims=frozenset())))
    assert not settled(rows, MAIL.id, there.revision, approved=True)
    assert settled(rows, MAIL.id, there.revision + 1, approved=True)
    assert not settled(rows, MAIL.id, there.revision + 2, approved=False)
    assert settled(rows, WIKI.service.id, 0, approved=False)
    clock.later(seconds=1)
    assert list(book) == ["mail"] and rows.find(WIKI.service.id) is None
    assert not waiting(rows) and not settled(rows, WIKI.service.id, 0, approved=True)
