"""« Confidentialité », « Mon référent » and « Mes données »: one's own, and nobody else's."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from werkzeug.test import TestResponse

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind, ServiceId
from hub.contract.services import Access
from hub.people.delegation import Console
from hub.people.posted import PostedNotice
from hub.people.rights import Grant
from hub.people.space import PersonalLink, Space
from hub.people.visibility import Visibility, visibility, wishing
from hub.testing.hub import NOON
from hub.testing.people import ANN, BOB
from hub.web import account_export
from tests.web.desk import Furnished, furnish, tiled
from tests.web.site import said

PAGES = ("/account/privacy", "/account/referents")


@pytest.fixture
def account(tmp_path: Path) -> Furnished:
    return furnish(tmp_path, tiled("mail", Access(minimum="low")))


def test_a_stranger_signs_in_first(account: Furnished) -> None:
    for path in PAGES:
        assert account.get(path).location.startswith("/login/")
    assert account.post("/account/export").location.startswith("/login/")
    assert account.post("/account/privacy", visibility="hidden").location.startswith("/login/")


@pytest.mark.parametrize("wish", list(Visibility))
def test_a_person_chooses_who_finds_them(account: Furnished, wish: Visibility) -> None:
    account.enter()
    assert account.post("/account/privacy", visibility=wish.value).status_code == 303
    assert visibility(_ann(account)) is wish
    page = account.get("/account/privacy?saved=1")
    assert f'value="{wish.value}" checked' in page.text and "C’est enregistré" in said(page)
    assert "Confidentialité modifiée" in said(account.get("/account/history")) or (
        wish is Visibility.VISIBLE
    )


def test_nothing_else_of_the_account_changes(account: Furnished) -> None:
    account.enter()
    before = _ann(account)
    forged = {"account": BOB.id, "id": BOB.id, "display_name": "Root", "rights": "console.operator"}
    account.post("/account/privacy", visibility="hidden", **forged)
    assert _ann(account) == wishing(before, Visibility.HIDDEN)
    assert account.hub.accounts.by_id(BOB.id) == BOB


@pytest.mark.parametrize("wish", ["", "everybody", "HIDDEN", "<script>"])
def test_what_is_no_choice_changes_nothing(account: Furnished, wish: str) -> None:
    account.enter()
    assert account.post("/account/privacy", visibility=wish).status_code == 303
    assert visibility(_ann(account)) is Visibility.VISIBLE


class Bookcase:
    """A store one may only read in."""

    name = "bookcase"

    def by_id(self, account_id: AccountId) -> Account | None:
        return {each.id: each for each in (ANN, BOB)}.get(account_id)


def test_a_store_that_cannot_be_written_says_whom_to_ask(account: Furnished) -> None:
    account.enter()
    stores = cast(dict[str, Any], account.desk.stores)
    stores.clear()
    stores["bookcase"] = Bookcase()
    page = account.get("/account/privacy")
    assert 'name="visibility"' not in page.text and "votre référent" in said(page)
    account.post("/account/privacy", visibility="hidden")
    assert visibility(_ann(account)) is Visibility.VISIBLE


def test_a_wish_nobody_understands_hides() -> None:
    odd = replace(ANN, attributes={"visibility": ("friends",)})
    assert visibility(odd) is Visibility.HIDDEN
    assert "visibility" not in wishing(odd, Visibility.VISIBLE).attributes


def test_the_referents_of_each_structure_are_named_without_the_number_codes_go_to(
    account: Furnished,
) -> None:
    number = Contact(kind=ChannelKind("sms"), address="+33612345642", validated=True)
    mail = Contact(kind=ChannelKind("mail"), address="bob@hub.test", validated=True)
    desk = {"telephone": ("03 22 00 00 01",)}
    account.hub.accounts.change(replace(BOB, contacts=(number, mail), attributes=desk))
    account.rights.give(_referent(BOB.id, "Clinique du Parc"))
    account.rights.give(_referent(BOB.id, "Hôpital d’ailleurs"))
    account.enter()
    page = account.get("/account/referents")
    words = said(page)
    assert "Clinique du Parc" in words and "Cabinet Martin" in words
    assert words.count("Bob Durand") == 1 and "Hôpital" not in words
    assert "bob@hub.test" in words and "03 22 00 00 01" in words
    assert "612345642" not in page.text
    assert "n’a pas encore de référent" in words


def test_a_suspended_referent_and_oneself_are_not_whom_to_ask(account: Furnished) -> None:
    account.rights.give(_referent(BOB.id, "Clinique du Parc"))
    account.rights.give(_referent(ANN.id, "Clinique du Parc"))
    account.enter()
    account.hub.accounts.suspend(BOB.id)
    assert "Bob Durand" not in said(account.get("/account/referents"))
    assert said(account.get("/account/referents")).count("Ann Martin") == 1, "in the header alone"


def test_everything_kept_of_a_person_comes_as_one_file(account: Furnished) -> None:
    _belongings(account)
    account.enter(strong=True)
    told = _export(account)
    assert told["account"]["name"] == "Ann Martin" and told["account"]["visibility"] == "visible"
    assert told["account"]["contacts"][0]["address"] == "ann@hub.test"
    assert told["my_services"]["links"][0]["address"] == "https://labo.test/"
    assert [each["text"] for each in told["notices"]] == ["Un résultat"]
    assert [each["name"] for each in told["rights"]] == ["mail.reader"]
    phones = next(each for each in told["means"] if each["method"] == "phone")
    assert phones["means"][0]["name"] == "06 12 34 56 78"
    assert told["sessions"][0]["device"] == "Firefox" and told["history"]
    assert told["addresses_masked"] is False


def test_a_number_that_was_only_declared_is_called_that_in_the_file(account: Furnished) -> None:
    typed = Identifier(system="adeli", number="591234567", declared=True)
    account.hub.accounts.change(replace(ANN, identifiers=(*ANN.identifiers, typed)))
    account.enter()
    told = _export(account)["account"]
    assert told["identifiers"] == {each.system: each.number for each in ANN.identifiers}
    words = told["identifiers_only_declared"]["adeli"]
    assert words.startswith("591234567 (déclaré, pas encore prouvé")


def test_a_means_that_cannot_tell_is_said_to_be_left_out(
    account: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(of: AccountId) -> None:
        raise RuntimeError("its table is gone")

    account.enter(strong=True)
    monkeypatch.setattr(account.phone, "means", broken)
    told = _export(account)
    assert "phone" not in {each["method"] for each in told["means"]}
    assert "redemandez ce fichier" in told["left_out"]["phone"]


@pytest.mark.parametrize("lines", [2, 3])
def test_a_history_longer_than_the_file_is_said_to_be_cut(
    account: Furnished, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.enter(strong=True)
    mine = [each for each in account.hub.records.trail if each.account == ANN.id]
    del account.hub.records.trail[:]
    account.hub.records.trail.extend((mine * 3)[:lines])
    monkeypatch.setattr(account_export, "HISTORY_LENGTH", 2)
    cut = [why for why in _export(account)["left_out"].values() if "plus récents" in why]
    assert len(cut) == (1 if lines == 3 else 0)


def test_a_password_alone_takes_no_address_along_that_codes_are_sent_to(
    account: Furnished,
) -> None:
    _belongings(account)
    account.enter()
    told = _export(account)
    text = json.dumps(told)
    assert told["addresses_masked"] is True
    assert "ann@hub.test" not in text and "06 12 34 56 78" not in text


def test_the_file_holds_nothing_of_others_and_no_secret(account: Furnished) -> None:
    _belongings(account)
    account.hub.accounts.change(replace(BOB, attributes={"note": ("private to Bob",)}))
    account.enter(strong=True)
    text = json.dumps(_export(account, id=BOB.id, whose=BOB.id), ensure_ascii=False)
    assert "Bob" not in text and BOB.id not in text
    assert account.site.key() not in text and "csrf" not in text
    session = account.site.client.get_cookie("__Host-hub", "hub.test")
    assert session and session.value not in text


def test_taking_the_file_is_written_down_and_takes_a_form(account: Furnished) -> None:
    account.enter()
    assert account.get("/account/export").status_code == 405
    answer = account.post("/account/export")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "account.exported" in {each.action for each in account.hub.records.trail}


def _belongings(account: Furnished) -> None:
    account.phone.add(ANN, "06 12 34 56 78")
    link = PersonalLink(id="1", name="Labo", address="https://labo.test/")
    account.desk.own.spaces.keep(ANN.id, Space(links=(link,)))
    for who, text in ((ANN.id, "Un résultat"), (BOB.id, "Pour Bob seul")):
        account.desk.own.posted.post(
            PostedNotice(
                id=f"n-{who}",
                account=who,
                service=ServiceId("mail"),
                text=text,
                posted_at=account.hub.now,
            )
        )
    account.rights.give(
        Grant(
            id="g",
            account=ANN.id,
            name="mail.reader",
            since=account.hub.now,
            given_by=BOB.id,
        )
    )


def _export(account: Furnished, **fields: str) -> Any:
    answer: TestResponse = account.post("/account/export", **fields)
    assert answer.status_code == 200
    return json.loads(answer.get_data())


def _ann(account: Furnished) -> Any:
    return account.hub.accounts.by_id(ANN.id)


def _referent(account: AccountId, structure: str) -> Grant:
    return Grant(
        id=f"{account}-{structure}",
        account=account,
        name=Console.REFERENT,
        structure=structure,
        since=NOON,
    )
