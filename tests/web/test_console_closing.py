"""The operator closes somebody's account, over the real store."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId
from hub.people.rights import Grant
from hub.testing.running import NOON, RunningHub, running_hub
from hub.testing.people import ANN
from tests.web.desk import furnish
from tests.web.site import said
from tests.web.test_console import CAROL
from tests.web.test_furnished_hub import SECRET, Visitor, enrol, person

pytestmark = pytest.mark.slow
HERE = "/console/closing"
PAULS = f"{HERE}/paul"


class ReadOnly:
    """Of a region whose people stand in somebody else's directory."""

    def __init__(self) -> None:
        self.closed: list[AccountId] = []

    def closable(self, account: Account) -> bool:
        return False

    def close(self, account: Account, by: str) -> Mapping[str, int]:
        self.closed.append(account.id)
        return {}


@pytest.fixture
def hub(tmp_path: Path) -> RunningHub:
    made = running_hub(
        tmp_path,
        plugins=["own", "regional", "password", "totp", "console"],
        messages={"chains": {"mail": ["console"]}},
        support={"telephone": "03 00 00 00 00"},
    )
    for name in ("marie", "paul", "nora"):
        made.settle(person(name), password=SECRET)
    enrol(made, "marie")
    allow(made, "marie", "console.operator")
    return made


@pytest.fixture
def marie(hub: RunningHub) -> Visitor:
    visitor = Visitor(hub)
    visitor.sign_in("marie")
    visitor.prove_more("/console/plugins")
    return visitor


def allow(hub: RunningHub, who: str, right: str) -> None:
    structure = "Clinique du Parc" if right == "console.referent" else None
    grant = Grant(
        id=f"{who}-{right}", account=AccountId(who), name=right, since=NOON, structure=structure
    )
    hub.app.rights.give(grant)


def there(hub: RunningHub, who: str) -> bool:
    return hub.app.accounts.by_id(AccountId(who)) is not None


def looked(marie: Visitor, who: str) -> TestResponse:
    return marie.submit(HERE, HERE, who=who)


def closed(marie: Visitor, path: str, name: str) -> TestResponse:
    return marie.submit(HERE, path, name=name)


def test_an_account_is_shown_then_closed_by_its_typed_name(hub: RunningHub, marie: Visitor) -> None:
    pauls = Visitor(hub)
    pauls.sign_in("paul")
    page = said(looked(marie, "paul@hub.test"))
    assert "Paul" in page and "Clinique du Parc · infirmière" in page and "paul" in page
    assert "paul@hub.test" not in page, "masked: the operator has no need of it"
    assert "Le compte est fermé" in said(closed(marie, PAULS, "  PAUL "))
    assert not there(hub, "paul") and there(hub, "nora")
    assert "Accès professionnels" in said(pauls.get("/services"))
    assert looked(marie, "paul").status_code == 404


def test_its_person_is_told_by_mail_and_the_trail_says_who_did_it(
    hub: RunningHub, marie: Visitor
) -> None:
    closed(marie, PAULS, "Paul")
    hub.turn()
    inbox = said(marie.get("/apps/console/"))
    assert "paul@hub.test" in inbox and "a été fermé par l’exploitant" in inbox
    assert "03 00 00 00 00" in inbox
    sheet = marie.get("/console/audit/export.csv?action=account.closed").text
    assert "account.closed" in sheet and "marie" in sheet
    assert hub.app.trail.verify().whole


@pytest.mark.parametrize("name", ["", "Nora", "Pau", "paul@hub.test"])
def test_another_name_closes_nothing(hub: RunningHub, marie: Visitor, name: str) -> None:
    answer = closed(marie, PAULS, name)
    assert answer.status_code == 422 and "Rien n’a été fermé" in said(answer)
    assert there(hub, "paul")


def test_an_old_proof_closes_nobody(hub: RunningHub, marie: Visitor) -> None:
    looked(marie, "paul")
    hub.clock.later(minutes=11)
    assert "authentificat" in said(closed(marie, PAULS, "Paul")).lower()
    assert there(hub, "paul")


def test_operators_close_neither_each_other_nor_themselves(hub: RunningHub, marie: Visitor) -> None:
    allow(hub, "nora", "console.operator")
    for who, name in (("nora", "Nora"), ("marie", "Marie")):
        for answer in (looked(marie, who), closed(marie, f"{HERE}/{who}", name)):
            assert answer.status_code == 403 and "hub account close" in said(answer)
        assert there(hub, who)


@pytest.mark.parametrize("right", ["console.support", "console.referent"])
def test_nobody_else_closes_or_looks_anybody_up(hub: RunningHub, right: str) -> None:
    enrol(hub, "nora")
    allow(hub, "nora", right)
    nora = Visitor(hub)
    nora.sign_in("nora")
    nora.prove_more("/console")
    assert nora.get(HERE).status_code == 404
    assert nora.submit("/services", HERE, who="paul").status_code == 404
    assert nora.submit("/services", PAULS, name="Paul").status_code == 404
    assert there(hub, "paul")


def test_what_the_person_asked_for_is_shown_with_its_day(hub: RunningHub, marie: Visitor) -> None:
    assert "Aucune au journal" in said(looked(marie, "paul"))
    pauls = Visitor(hub)
    pauls.sign_in("paul")
    pauls.submit("/account/close", "/account/close", reason="")
    assert "Faite par la personne le" in said(looked(marie, "paul"))


def test_what_was_asked_stays_known_however_much_follows(hub: RunningHub, marie: Visitor) -> None:
    pauls = Visitor(hub)
    pauls.sign_in("paul")
    pauls.submit("/account/close", "/account/close", reason="")
    hub.clock.later(seconds=5)
    entry = AuditEntry(at=hub.clock(), action="login.vouched", account=AccountId("paul"))
    for _ in range(200):
        hub.app.trail.note(entry)
    assert "Faite par la personne le" in said(looked(marie, "paul"))


def test_the_farewell_is_not_in_the_operator_s_language(hub: RunningHub, marie: Visitor) -> None:
    marie.submit(HERE, "/language/en", back=HERE)
    closed(marie, PAULS, "Paul")
    hub.turn()
    inbox = said(marie.get("/apps/console/"))
    assert "a été fermé par l’exploitant" in inbox


def test_an_account_that_is_only_read_here_is_closed_in_its_directory(tmp_path: Path) -> None:
    lent = ReadOnly()
    site = furnish(tmp_path, closing=lent)
    site.hub.accounts.create(CAROL)
    site.grant(CAROL.id, "console.operator")
    site.enter("carol", strong=True)
    answer = site.post(f"{HERE}/{ANN.id}", name=ANN.display_name)
    assert answer.status_code == 403 and "ne fait que lire" in said(answer)
    assert lent.closed == []


def test_the_page_speaks_english_too(hub: RunningHub, marie: Visitor) -> None:
    marie.submit(HERE, "/language/en", back=HERE)
    page = said(looked(marie, "paul"))
    assert "There is no way back." in page and "type “Paul”" in page
