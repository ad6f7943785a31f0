"""« Fermer mon compte » : asked once, told to those who decide, and nothing is done by it."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.accounts import Account, Contact
from hub.contract.identifiers import ChannelKind
from hub.testing.people import CLINIC
from hub.web.parts import Help
from tests.web.desk import Furnished, furnish
from tests.web.site import said

HERE = "/account/close"


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path)
    for name in ("ann", "bob"):
        mail = Contact(kind=ChannelKind("mail"), address=f"{name}@hub.test", validated=True)
        found = person(made, name)
        made.hub.accounts.change(replace(found, situations=(CLINIC,), contacts=(mail,)))
    made.grant(person(made, "bob").id, "console.referent", CLINIC.structure)
    made.enter()
    return made


def person(desk: Furnished, name: str) -> Account:
    found = desk.hub.accounts.by_login(name)
    assert found
    return found


def test_the_referents_and_the_support_are_told(desk: Furnished) -> None:
    assert "définitive" in said(desk.get(HERE))
    assert desk.post(HERE, reason="Je pars\n à la retraite").location == HERE
    letters = desk.outbox.messages
    assert [each.to for each in letters] == ["bob@hub.test", "aide@hub.test"]
    assert letters[0].values["reason"] == "Je pars à la retraite"
    assert "Votre demande est partie" in said(desk.get(HERE))
    assert "Fermeture du compte demandée" in said(desk.get("/account/history"))


def test_asking_changes_nothing_and_asking_again_tells_nobody(desk: Furnished) -> None:
    before = person(desk, "ann")
    desk.post(HERE)
    desk.post(HERE)
    assert len(desk.outbox.messages) == 2 and person(desk, "ann") == before
    desk.hub.later(days=8)
    desk.hub.records.sessions.clear()
    desk.enter()
    desk.post(HERE)
    assert len(desk.outbox.messages) == 4


def test_a_session_over_in_the_middle_brings_the_reason_back(desk: Furnished) -> None:
    desk.hub.later(hours=5)
    desk.hub.records.sessions.clear()
    login = desk.post(HERE, reason="Je pars <b>").location
    desk.site.sign_in(login)
    page = desk.get(desk.get(f"{login}/complete").location)
    assert ">Je pars &lt;b&gt;</textarea>" in page.text and not desk.outbox.messages


def test_where_nobody_can_be_told_the_page_says_whom_to_call(tmp_path: Path) -> None:
    made = furnish(tmp_path)
    object.__setattr__(made.site.parts, "support", Help(telephone="03 00 00 00 00"))
    made.enter()
    page = made.get(HERE)
    assert "Appelez l’assistance" in said(page) and f'action="{HERE}"' not in page.text
