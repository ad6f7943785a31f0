"""« Non visibles »: in no table, no count, no suggestion, no export, no favourite."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from hub import Account, AccountId, ChannelKind, Contact, Identifier, Situation
from hub_services.directory.exporting import written
from hub_services.directory.favourites import Favourites

from .conftest import ME, Town, line

CABINET = Situation(
    id="1", structure="cabinet", role="Médecin", source="own", profession="Médecin", name="Cabinet"
)
ANNE = Account(
    id=AccountId("anne"),
    display_name="Anne Delmas",
    identifiers=(Identifier(system="rpps", number="99700000009"),),
    situations=(CABINET,),
    contacts=(Contact(kind=ChannelKind("mail"), address="Anne@soins.example", validated=True),),
    attributes={"family_name": ("Delmas",), "given_name": ("Anne",)},
)
NATIONAL = line("99700000009", "DELMAS", "Anne", mail="anne@cabinet.example")
OTHER = line("99700000010", "DELMOTTE", "Zoé")


def hiding(account: Account, how: str = "hidden") -> Account:
    return replace(account, attributes={**account.attributes, "visibility": (how,)})


def rows_about(town: Town, *words: str) -> list[str]:
    """Every row of every table of the directory that speaks of her, but the one that hides her."""
    found = []
    with town.toolbox.unit_of_work() as connection:
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'directory_%'")
        ).scalars()
        for name in set(names) - {"directory_hidden"}:
            rows = map(str, connection.execute(text(f'SELECT * FROM "{name}"')))
            found += [f"{name}: {row}" for row in rows if any(w in row.lower() for w in words)]
    return found


def nowhere(town: Town) -> None:
    assert rows_about(town, "delmas", "99700000009", "anne") == []
    assert town.found(who="delm").count == 1
    assert town.found(where="cabinet").count == 1
    assert town.search().suggested("delm") == ["Zoé DELMOTTE"]
    assert "DELMAS" not in written(town.found(who="delm").entries, [])
    assert town.search().one("rpps:99700000009") is None
    assert town.names(who="99700000009") == town.names(who="anne@cabinet.example") == []
    assert town.search().liked() == []


def test_she_who_hides_before_the_import_never_enters(town: Town) -> None:
    town.store.create(hiding(ANNE))
    town.people().turn()
    town.bring(NATIONAL, OTHER)
    nowhere(town)


def test_she_who_hides_after_it_is_gone_before_the_next_search(town: Town) -> None:
    town.store.create(ANNE)
    town.people().turn()
    town.bring(NATIONAL, OTHER)
    Favourites(town.toolbox.unit_of_work, ME).add("rpps:99700000009")
    assert town.names(who="delm") == ["Anne DELMAS", "Zoé DELMOTTE"]
    town.store.change(hiding(ANNE))
    town.people().hide_new()
    assert town.names(who="delm") == ["Zoé DELMOTTE"] and town.search().liked() == []
    Favourites(town.toolbox.unit_of_work, ME).remove("rpps:99700000009")
    town.people().turn()
    nowhere(town)


def test_another_import_does_not_bring_her_back(town: Town) -> None:
    town.store.create(hiding(ANNE))
    town.people().hide_new()
    town.bring(NATIONAL, OTHER)
    town.bring(NATIONAL, OTHER, line("99700000011", "NEW", structure="Clinique"), name="next.txt")
    nowhere(town)


def test_she_who_shows_herself_again_is_found_again(town: Town) -> None:
    town.store.create(hiding(ANNE))
    town.people().turn()
    town.store.change(ANNE)
    town.people().turn()
    assert town.names(who="delmas") == ["Anne Delmas"]
    town.bring(NATIONAL)
    (entry,) = town.found(who="99700000009").entries
    assert {each.mail for each in entry.places} == {"anne@soins.example", "anne@cabinet.example"}


def test_colleagues_alone_find_her_who_says_so(town: Town) -> None:
    town.store.create(hiding(ANNE, "structures"))
    town.people().turn()
    town.bring(NATIONAL, OTHER)
    assert town.names(who="delmas") == town.search().suggested("delmas") == []
    assert town.search().one("rpps:99700000009") is None
    assert town.names("elsewhere", who="delmas") == []
    assert town.names("elsewhere", "cabinet", who="delmas") == ["Anne DELMAS"]


@pytest.mark.parametrize("gone", ["suspended", "moved"])
def test_an_account_the_region_gave_up_leaves(town: Town, gone: str) -> None:
    town.store.create(ANNE)
    town.people().turn()
    assert town.found(who="delmas").count == 1
    if gone == "suspended":
        town.store.suspend(ANNE.id)
    else:
        town.store.change(replace(ANNE, situations=()))
    town.toolbox.time.later(hours=1)
    town.people().turn()
    assert town.found(who="delmas").count == 0
    assert rows_about(town, "delmas") == []


def test_who_has_no_national_number_is_listed_without_the_hubs_own(town: Town) -> None:
    town.store.create(replace(ANNE, identifiers=()))
    town.people().turn()
    (entry,) = town.found(who="delmas").entries
    assert "anne" not in entry.person.key and entry.person.number == ""
    assert town.search().one(entry.person.key) == entry


def test_asking_who_hides_takes_one_statement_when_nobody_does(town: Town) -> None:
    town.statements.clear()
    town.people().hide_new()
    assert len(town.statements.sql) == 1
