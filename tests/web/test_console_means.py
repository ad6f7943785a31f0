"""For somebody who lost their telephone or password: what a référent may do, and what it undoes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from hub.contract.accounts import Account, Contact
from hub.contract.identifiers import ChannelKind, MethodName
from hub.contract.messages import Held
from hub.testing.people import ANN, BOB, CLINIC, SURGERY
from tests.web.desk import Furnished, furnish
from tests.web.site import said
from tests.web.test_console import CAROL
from tests.web.test_console_create import FakeFirst, button, link, seen

ANNS = f"/console/people/{ANN.id}"
OLD = Contact(kind=ChannelKind("sms"), address="+33611111111", validated=True)
NEW = "+33622222222"


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    """Carol looks after the clinic, where Ann works; Bob works at the surgery."""
    made = furnish(tmp_path)
    made.hub.accounts.create(CAROL)
    made.hub.accounts.change(replace(BOB, situations=(SURGERY,)))
    made.hub.accounts.change(replace(ANN, situations=(CLINIC,), contacts=(*ANN.contacts, OLD)))
    methods = cast(dict[MethodName, Any], made.hub.rules.methods)
    methods[MethodName("first")] = FakeFirst(made.hub, "first")
    made.grant(CAROL.id, "console.referent", CLINIC.structure)
    made.enter("carol", strong=True)
    return made


def ann(desk: Furnished) -> Account:
    found = desk.hub.accounts.by_id(ANN.id)
    assert found
    return found


def by_template(desk: Furnished) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in desk.outbox.messages:
        found.setdefault(each.template, []).append(each.to)
    return found


def as_ann(desk: Furnished) -> None:
    desk.site.client = desk.site.another()
    desk.enter("ann")


def test_a_temporary_password_is_shown_once_and_ends_the_sessions(desk: Furnished) -> None:
    here = desk.site.client
    as_ann(desk)
    desk.site.client = here
    page = desk.post(f"{ANNS}/temporary")
    assert "ab12-cd34" in said(page) and "ab12-cd34" not in desk.get(ANNS).text
    assert [each.account for each in desk.hub.records.sessions.values()] == [CAROL.id]
    line = desk.hub.records.trail[-1]
    assert (line.action, line.account, line.details) == ("password.lent", ANN.id, {"by": CAROL.id})
    assert by_template(desk) == {"account_changed": ["ann@hub.test", "carol@hub.test"]}
    assert not any("ab12" in str(each.values) for each in desk.outbox.messages)


@pytest.mark.parametrize("action", ["temporary", "contact"])
def test_each_takes_a_fresh_strong_proof(desk: Furnished, action: str) -> None:
    desk.hub.later(minutes=11)
    answer = desk.post(f"{ANNS}/{action}", address=NEW)
    assert answer.location.startswith("/login/")
    assert OLD in ann(desk).contacts and not desk.outbox.messages


@pytest.mark.parametrize("action", ["temporary", "contact"])
def test_whoever_works_elsewhere_too_is_sent_to_the_support(desk: Furnished, action: str) -> None:
    both = replace(ann(desk), situations=(CLINIC, SURGERY))
    desk.hub.accounts.change(both)
    answer = desk.post(f"{ANNS}/{action}", address=NEW)
    assert answer.status_code == 403 and "ab12" not in answer.text
    assert ann(desk) == both and not desk.outbox.messages


@pytest.mark.parametrize("action", ["temporary", "contact"])
@pytest.mark.parametrize("whose", [BOB.id, CAROL.id, "nobody"])
def test_nothing_is_done_for_anybody_else(desk: Furnished, whose: str, action: str) -> None:
    path = f"/console/people/{whose}/{action}"
    assert desk.post(path, address=NEW).status_code == 404
    assert not desk.outbox.messages


def test_a_lost_telephone_receives_nothing_from_then_on(desk: Furnished) -> None:
    answer = desk.post(f"{ANNS}/contact", address="06 22 22 22 22", seen=seen(desk, ANNS))
    assert answer.location == f"{ANNS}?done=contact_set"
    numbers = [(c.address, c.validated) for c in ann(desk).contacts if c.kind == "sms"]
    assert numbers == [(NEW, False)]
    assert by_template(desk) == {
        "account_changed": ["ann@hub.test", "carol@hub.test"],
        "contact_replaced": [OLD.address],
        "contact_confirm": [NEW],
    }
    assert desk.hub.records.trail[-1].details == {"by": CAROL.id, "kind": "sms"}


def test_the_new_number_counts_once_its_person_signed_in_through_its_link(desk: Furnished) -> None:
    desk.post(f"{ANNS}/contact", address=NEW, seen=seen(desk, ANNS))
    key = link(desk, NEW)
    as_ann(desk)
    desk.post("/contact", c=key)
    assert (NEW, True) in [(each.address, each.validated) for each in ann(desk).contacts]


def test_a_mail_is_replaced_only_once_the_new_one_is_read(desk: Furnished) -> None:
    desk.post(f"{ANNS}/contact", address="ann@nouveau.test", seen=seen(desk, ANNS))
    mails = {each.address: each.validated for each in ann(desk).contacts if each.kind == "mail"}
    assert mails == {"ann@hub.test": True, "ann@nouveau.test": False}
    key = link(desk, "ann@nouveau.test")
    as_ann(desk)
    desk.post("/contact", c=key)
    mails = {each.address: each.validated for each in ann(desk).contacts if each.kind == "mail"}
    assert mails == {"ann@nouveau.test": True}
    assert ann(desk).attributes["email"] == ("ann@nouveau.test",)


def test_a_link_sent_again_takes_nothing_the_person_proved_meanwhile(desk: Furnished) -> None:
    desk.post(f"{ANNS}/contact", address=NEW, seen=seen(desk, ANNS))
    own = Contact(kind=ChannelKind("sms"), address="+33698765432", validated=True)
    desk.hub.accounts.change(replace(ann(desk), contacts=(*ann(desk).contacts, own)))
    answer = desk.post(f"{ANNS}/contact", **button(desk, ANNS))
    assert answer.location == f"{ANNS}?done=link_sent"
    key = link(desk, NEW, -1)
    as_ann(desk)
    desk.post("/contact", c=key)
    numbers = {c.address: c.validated for c in ann(desk).contacts if c.kind == "sms"}
    assert numbers == {own.address: True, NEW: True}


@pytest.mark.parametrize("held", [True, False])
def test_a_link_sent_again_replaces_what_the_first_one_would(desk: Furnished, held: bool) -> None:
    desk.post(f"{ANNS}/contact", address="ann@nouveau.test", seen=seen(desk, ANNS))
    mine = Contact(kind=ChannelKind("mail"), address="ann@chez-moi.test", validated=True)
    desk.hub.accounts.change(replace(ann(desk), contacts=(*ann(desk).contacts, mine)))
    desk.outbox.held = Held(wait=timedelta(hours=3)) if held else None
    assert desk.post(f"{ANNS}/contact", **button(desk, ANNS)).status_code == (429 if held else 303)
    desk.outbox.held = None
    desk.post(f"{ANNS}/contact", **button(desk, ANNS))
    key = link(desk, "ann@nouveau.test", -1)
    as_ann(desk)
    desk.post("/contact", c=key)
    mails = {c.address for c in ann(desk).contacts if c.kind == "mail"}
    assert mails == {mine.address, "ann@nouveau.test"}, "ann@hub.test alone goes"


def test_of_two_awaited_each_button_sends_its_own_and_names_none(desk: Furnished) -> None:
    both = tuple(Contact(kind=ChannelKind("sms"), address=each) for each in (NEW, "+33633333333"))
    desk.hub.accounts.change(replace(ann(desk), contacts=both))
    for number, each in enumerate(both):
        sends = button(desk, ANNS, number)
        assert each.address not in desk.get(ANNS).text
        desk.post(f"{ANNS}/contact", **sends)
        assert desk.outbox.messages[number:] == [desk.outbox.messages[-1]]
        assert desk.outbox.messages[-1].to == each.address


def test_a_link_is_not_sent_again_over_what_changed_meanwhile(desk: Furnished) -> None:
    desk.post(f"{ANNS}/contact", address=NEW, seen=seen(desk, ANNS))
    drawn = button(desk, ANNS)
    own = Contact(kind=ChannelKind("sms"), address="+33698765432", validated=True)
    desk.hub.accounts.change(replace(ann(desk), contacts=(*ann(desk).contacts, own)))
    answer = desk.post(f"{ANNS}/contact", **drawn)
    assert answer.status_code == 409 and "pendant ce temps" in said(answer)
    answer = desk.post(f"{ANNS}/contact", **{**button(desk, ANNS), "again": "sms"})
    assert answer.status_code == 409 and by_template(desk)["contact_confirm"] == [NEW]


def test_a_contact_whose_link_cannot_leave_changes_nothing(desk: Furnished) -> None:
    before, drawn = ann(desk), seen(desk, ANNS)
    desk.outbox.held = Held(wait=timedelta(hours=3))
    answer = desk.post(f"{ANNS}/contact", address=NEW, seen=drawn)
    assert answer.status_code == 429 and "trop de messages aujourd’hui" in said(answer)
    assert ann(desk) == before and NEW in answer.text
    desk.outbox.held = None
    desk.post(f"{ANNS}/contact", address=NEW, seen=drawn)
    assert by_template(desk)["contact_confirm"] == [NEW]


def test_a_link_is_dead_once_another_contact_was_written(desk: Furnished) -> None:
    desk.post(f"{ANNS}/contact", address=NEW, seen=seen(desk, ANNS))
    first = link(desk, NEW)
    desk.post(f"{ANNS}/contact", address="+33633333333", seen=seen(desk, ANNS))
    as_ann(desk)
    assert desk.post("/contact", c=first).status_code == 404
    assert not any(each.validated for each in ann(desk).contacts if each.kind == "sms")


def test_the_slower_of_two_tabs_sees_what_the_other_did(desk: Furnished) -> None:
    drawn = seen(desk, ANNS)
    desk.post(f"{ANNS}/contact", address=NEW, seen=drawn)
    answer = desk.post(f"{ANNS}/contact", address="+33633333333", seen=drawn)
    assert answer.status_code == 409 and "pendant ce temps" in said(answer)
    assert "+33633333333" in answer.text
    assert [each.address for each in ann(desk).contacts if each.kind == "sms"] == [NEW]


def test_the_same_form_sent_twice_sends_one_link(desk: Furnished) -> None:
    drawn = seen(desk, ANNS)
    for _ in range(2):
        answer = desk.post(f"{ANNS}/contact", address=NEW, seen=drawn)
        assert answer.location == f"{ANNS}?done=contact_set"
    assert by_template(desk)["contact_confirm"] == [NEW]


@pytest.mark.parametrize("wrong", ["0102030405", "+12025550100", "ann@", "=1+1", "<b>@x"])
def test_what_is_no_contact_is_said_and_kept(desk: Furnished, wrong: str) -> None:
    answer = desk.post(f"{ANNS}/contact", address=wrong, seen=seen(desk, ANNS))
    assert answer.status_code == 422 and "ni un mobile" in said(answer)
    assert OLD in ann(desk).contacts
