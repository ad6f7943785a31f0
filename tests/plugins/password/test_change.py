"""Choosing another password, because one wants to or because one must."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub import (
    AccountId,
    Answer,
    Ask,
    AuthenticationEvent,
    Contact,
    Done,
    MethodName,
    Proved,
    Recurring,
    SessionId,
)
from hub.contract.identifiers import ChannelKind
from hub.testing.methods import CARD
from hub.testing.people import ANN, BOB
from hub_plugins.methods.password.method import EVIDENCE

from .desk import BETTER, GOOD, Desk, code, twice

YEAR = timedelta(days=365)


def signed_in(account: AccountId, at: datetime) -> AuthenticationEvent:
    return AuthenticationEvent(
        account=account, method=MethodName("password"), evidence=EVIDENCE, at=at
    )


def due(desk: Desk, event: AuthenticationEvent | None = None) -> bool:
    return desk.action.due(ANN, [event or signed_in(ANN.id, desk.box.time.now)])


def test_the_change_stands_before_every_service() -> None:
    action = Desk().action
    assert isinstance(action, Recurring) and action.everywhere


def test_a_new_password_is_due_after_a_year_and_not_before() -> None:
    desk = Desk()
    desk.later(YEAR - timedelta(seconds=1))
    assert not due(desk)
    desk.later(timedelta(seconds=1))
    assert due(desk)


def test_who_came_by_card_is_not_asked_for_a_password() -> None:
    desk = Desk()
    desk.later(YEAR)
    event = replace(signed_in(ANN.id, desk.box.time.now), evidence=CARD)
    assert not due(desk, event)


def test_a_first_password_is_changed_at_once_into_one_that_lasts_a_year() -> None:
    desk = Desk()
    desk.method.temporary(ANN.id)
    assert due(desk)
    asked = desk.action.begin(desk.task())
    assert isinstance(asked, Ask) and asked.values["why"] == "first"
    assert isinstance(desk.action.advance(desk.task(), twice(BETTER)), Done)
    assert not due(desk)
    desk.later(YEAR)
    assert due(desk)


def test_an_expired_password_becomes_another_in_the_same_sign_in() -> None:
    desk = Desk()
    desk.later(YEAR)
    asked = desk.action.begin(desk.task())
    assert isinstance(asked, Ask) and asked.values["why"] == "expired"
    assert isinstance(desk.action.advance(desk.task(), twice(BETTER)), Done)
    assert code(desk.sign_in(GOOD)) == "password.wrong"
    assert isinstance(desk.sign_in(BETTER), Proved)


@pytest.mark.parametrize(
    ("new", "why"),
    [("short", "too_short"), ("MotDePasse2026", "common"), ("AnnMartin2026", "personal")],
)
def test_a_new_password_that_breaks_a_rule_changes_nothing(new: str, why: str) -> None:
    desk = Desk()
    asked = desk.action.advance(desk.task(), twice(new))
    assert code(asked) == f"password.{why}"
    assert isinstance(desk.sign_in(), Proved)
    assert desk.mails("changed") == []


def test_two_different_spellings_change_nothing() -> None:
    desk = Desk()
    answer = Answer(fields={"new_password": BETTER, "new_password_again": BETTER + "s"})
    assert code(desk.action.advance(desk.task(), answer)) == "password.not_the_same"
    assert isinstance(desk.sign_in(), Proved)


def test_a_former_password_comes_back_only_after_enough_others() -> None:
    desk = Desk()
    for new in (BETTER, "cinq oies sous la pluie"):
        assert isinstance(desk.action.advance(desk.task(), twice(new)), Done)
        assert code(desk.action.advance(desk.task(), twice(GOOD))) == "password.used_before"
    last = "six renards dans la neige"
    assert code(desk.action.advance(desk.task(), twice(BETTER))) == "password.used_before"
    assert isinstance(desk.action.advance(desk.task(), twice(last)), Done)
    assert isinstance(desk.action.advance(desk.task(), twice(GOOD)), Done)


def test_the_account_page_asks_for_the_current_password() -> None:
    desk = Desk()
    asked = desk.method.begin_enrolment(desk.task())
    assert isinstance(asked, Ask) and asked.values["current"] is True
    wrong = desk.method.advance_enrolment(desk.task(), twice(BETTER, current="wrong"))
    assert code(wrong) == "password.wrong_current"
    assert isinstance(wrong, Ask) and wrong.refused and wrong.refused.counts
    assert isinstance(desk.sign_in(), Proved)
    done = desk.method.advance_enrolment(desk.task(), twice(BETTER, current=GOOD))
    assert isinstance(done, Done)
    assert isinstance(desk.sign_in(BETTER), Proved)


def test_who_has_no_password_chooses_one_without_another() -> None:
    desk = Desk()
    asked = desk.method.begin_enrolment(desk.task(BOB))
    assert isinstance(asked, Ask) and asked.values["current"] is False
    assert isinstance(desk.method.advance_enrolment(desk.task(BOB), twice(BETTER)), Done)
    assert isinstance(desk.sign_in(BETTER, "bob"), Proved)


def test_every_validated_address_is_told_and_no_other() -> None:
    mail = ChannelKind("mail")
    second = Contact(kind=mail, address="second@hub.test", validated=True)
    unproved = Contact(kind=mail, address="other@hub.test")
    ann = replace(ANN, contacts=(*ANN.contacts, second, unproved))
    desk = Desk(people=(ann, BOB))
    desk.action.advance(replace(desk.task(ann), languages=("en-GB",)), twice(BETTER))
    told = [(each.to, each.language) for each in desk.mails("changed")]
    assert told == [("ann@hub.test", "en"), ("second@hub.test", "en")]
    assert [(each.action, each.account) for each in desk.box.noted][-1] == (
        "password.changed",
        ANN.id,
    )


def test_the_means_tell_since_when() -> None:
    desk = Desk()
    (means,) = desk.method.means(ANN.id)
    assert means.since == desk.box.time.now
    assert desk.method.means(BOB.id) == []
    desk.method.remove(ANN.id, "other")
    assert isinstance(desk.sign_in(), Proved)
    desk.method.remove(ANN.id, means.id)
    assert code(desk.sign_in()) == "password.wrong"
    assert desk.method.possible(ANN) == ()


def test_whoever_came_in_by_the_old_password_is_out_and_the_person_stays() -> None:
    desk = Desk()
    here = SessionId("the one in front of the page")
    task = replace(desk.task(), session=here)
    assert isinstance(desk.action.advance(task, twice(BETTER)), Done)
    assert desk.box.sessions.emptied == [(ANN.id, here)]


def test_a_refused_change_ends_no_session() -> None:
    desk = Desk()
    desk.action.advance(desk.task(), twice("short"))
    assert desk.box.sessions.emptied == []
