"""Newcomers described in a file become accounts with rights and first secrets."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from hub.broker.release import subject_of
from hub.contract.accounts import Right
from hub.contract.identifiers import AccountId, MethodName
from hub.people.newcomers import FirstSecret, GivenRight, Newcomer, Place, Reception
from hub.people.rights import Grant
from hub.testing.hub import service
from hub.testing.memory import MemoryAccounts

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAST = datetime(2025, 1, 1, tzinfo=UTC)

MARIE = Newcomer(
    login="marie.durand",
    given_name="Marie",
    family_name="Durand",
    numbers={"rpps": "99700075064"},
    mail="marie@cabinet.example",
    places=(Place(structure="Cabinet", role="Médecin"),),
    rights=(GivenRight(name="console.referent", structure="Cabinet"),),
    secrets={"password": FirstSecret(secret="quatre-chats", expires=PAST), "totp": "SEED"},
)


class Keeper:
    """A method that remembers the secrets it was given."""

    def __init__(self) -> None:
        self.kept: dict[AccountId, tuple[str, datetime | None]] = {}

    def set_secret(self, account: AccountId, secret: str, expires: datetime | None) -> None:
        self.kept[account] = (secret, expires)


class Book:
    def __init__(self) -> None:
        self.grants: list[Grant] = []

    def held(self, account: AccountId, now: datetime) -> frozenset[Right]:
        return frozenset(Right(name=each.name) for each in self.granted(account, now))

    def held_by(
        self, accounts: Collection[AccountId], now: datetime
    ) -> Mapping[AccountId, frozenset[Right]]:
        return {each: self.held(each, now) for each in accounts}

    def granted(self, account: AccountId, now: datetime) -> list[Grant]:
        return [each for each in self.grants if each.account == account and each.holds(now)]

    def give(self, grant: Grant) -> None:
        self.grants.append(grant)

    def end(self, grant_id: str, now: datetime) -> None:
        self.grants = [each for each in self.grants if each.id != grant_id]


class Region:
    def __init__(self) -> None:
        self.store, self.book = MemoryAccounts(), Book()
        self.password, self.totp = Keeper(), Keeper()
        methods = {MethodName("password"): self.password, MethodName("totp"): self.totp}
        self.reception = Reception(self.store, methods, self.book, NOW)


def test_a_newcomer_is_found_by_login_with_name_number_and_place() -> None:
    region = Region()
    assert region.reception.settle(MARIE)
    found = region.store.by_login("marie.durand")
    assert found and found.display_name == "Marie Durand"
    assert region.store.by_login("99700075064") == found
    assert found.attributes["email"] == ("marie@cabinet.example",)
    assert [each.structure for each in found.situations] == ["Cabinet"]
    assert all(contact.validated for contact in found.contacts)


def test_each_method_is_given_its_own_secret_with_its_term() -> None:
    region = Region()
    region.reception.settle(MARIE)
    assert list(region.password.kept.values()) == [("quatre-chats", PAST)]
    assert list(region.totp.kept.values()) == [("SEED", None)]


def test_rights_are_given_within_their_structure() -> None:
    region = Region()
    region.reception.settle(MARIE)
    found = region.store.by_login("marie.durand")
    assert found
    granted = region.book.granted(found.id, NOW)
    assert [(each.name, each.structure) for each in granted] == [("console.referent", "Cabinet")]


def test_somebody_known_already_is_left_as_they_are() -> None:
    region = Region()
    region.reception.settle(MARIE)
    before = region.store.by_login("marie.durand")
    assert not region.reception.settle(MARIE)
    assert region.store.by_login("marie.durand") == before
    assert len(region.book.grants) == 1


def test_a_suspended_newcomer_is_locked() -> None:
    region = Region()
    gone = Newcomer(login="victor", given_name="Victor", family_name="L", suspended=True)
    region.reception.settle(gone)
    found = region.store.by_login("victor")
    assert found and found.locked


def test_a_secret_for_a_method_that_takes_none_is_named_before_anything_is_written() -> None:
    region = Region()
    odd = Newcomer(login="a", given_name="A", family_name="B", secrets={"card": "1234"})
    paths = [each.path for each in region.reception.problems([MARIE, MARIE, odd])]
    assert paths == ["person.marie.durand", "person.a.secrets.card"]


def test_no_secret_is_shown_when_a_newcomer_is_printed() -> None:
    assert "quatre-chats" not in repr(MARIE)


def test_an_account_made_again_is_somebody_else() -> None:
    here, after_closing = Region(), Region()
    assert here.reception.settle(MARIE) and after_closing.reception.settle(MARIE)
    first, second = (each.store.by_login(MARIE.login) for each in (here, after_closing))
    assert first and second and first.id != second.id
    mail = service("mail")
    # OIDC Core 2: a subject is never given to another, whatever name they sign in with.
    assert subject_of(first.id, mail, b"key") != subject_of(second.id, mail, b"key")
    assert subject_of(first.id, mail, b"key") == subject_of(first.id, mail, b"key")
