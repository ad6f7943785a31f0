"""What a page asks of the database stays the same, however many people and requests there are."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.accounts import Account, KeepsAccounts, Situation
from hub.contract.identifiers import AccountId, ServiceId
from hub.people.access import AccessRequest
from hub.people.requests import AccountRequest, Typed
from hub.people.rights import Grant
from tests.flows.access_table import Cell, cells, table
from tests.flows.access_world import ROLES, World, world
from tests.flows.region import NOW, opened
from tests.flows.test_every_page import MOST_STATEMENTS, NO_PAGES
from tests.statements import statements

pytestmark = pytest.mark.slow
MANY = 50
CLINIC = "Clinique du Parc"
GROWING = {"person", "referent", "support"}
"""Who sees more when there is more: of people, of structures, of requests."""


@pytest.fixture
def here(template: Path, tmp_path: Path) -> Iterator[World]:
    made = world(opened(template, tmp_path / "region"))
    yield made
    made.close()


def test_no_page_asks_more_when_there_is_fifty_times_as_much(here: World) -> None:
    every = [each for each in cells(table(), here.rules) if each.method == "GET"]
    drawn = [
        each
        for each in every
        if each.role in GROWING and each.expected == "open" and not NO_PAGES.match(each.rule)
    ]
    before = _asked(here, drawn)
    for number in range(MANY):
        _one_more(here, number)
    _work_everywhere(here, "referent", here.account("claire.fontaine"))
    _work_everywhere(here, "person", here.account("marie.durand"))
    here.keep()
    after = _asked(here, drawn)
    assert "/console/requests as support" in after and "/console/people as referent" in after
    grown = {
        each: (before[each], after[each])
        for each in after
        if after[each] > max(before[each], MOST_STATEMENTS - 1)
    }
    assert not grown


def _asked(here: World, drawn: list[Cell]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for each in drawn:
        path = each.path(here)
        with statements(here.region.app.database.engine) as ran:
            here.ask(each.role, "GET", path, {})
        found[f"{each.rule} as {each.role}"] = len(ran)
    return found


def _one_more(here: World, number: int) -> None:
    """A structure with a référent of its own, a second one for the clinic, and two requests."""
    structure, desk = f"Structure {number}", here.desk
    clinic = Situation(id="c", structure=CLINIC, role="Aide", source="own")
    own = replace(clinic, id="s", structure=structure)
    who = Account(id=AccountId(f"many-{number}"), display_name=f"N {number}", situations=(clinic,))
    boss = replace(who, id=AccountId(f"boss-{number}"), situations=(own,))
    store = here.region.app.stores["own"]
    assert isinstance(store, KeepsAccounts)
    for each, place in ((who, CLINIC), (boss, structure)):
        store.create(each)
        _make_referent(here, f"g-{each.id}", each.id, place)
    for name, place in ((f"a-{number}", CLINIC), (f"b-{number}", structure)):
        typed = Typed(
            given_name="C", family_name="D", mail="c@d.example", profession="I", structure=place
        )
        request = AccountRequest(id=name, made_at=NOW, structure=place, typed=typed)
        desk.guests.requests.add(request, name)
        desk.guests.requests.confirm(name, NOW)
    desk.own.access.add(
        AccessRequest(
            id=f"r-{number}",
            account=who.id,
            service=ServiceId("emage"),
            structure=CLINIC,
            made_at=NOW,
        )
    )


def _work_everywhere(here: World, role: str, account: AccountId) -> None:
    """In all the new structures too; whoever is référent is so in all of them."""
    known = here.region.app.accounts.by_id(account)
    store = here.region.app.stores["own"]
    assert known and isinstance(store, KeepsAccounts) and role in ROLES
    places = [
        Situation(id=f"s-{number}", structure=f"Structure {number}", role="Aide", source="own")
        for number in range(MANY)
    ]
    store.change(replace(known, situations=(*known.situations, *places), rights=frozenset()))
    if role == "referent":
        for place in places:
            _make_referent(here, f"{role}-{place.id}", account, place.structure)


def _make_referent(here: World, name: str, account: AccountId, structure: str) -> None:
    here.region.app.rights.give(
        Grant(id=name, account=account, name="console.referent", structure=structure, since=NOW)
    )
