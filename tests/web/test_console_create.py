"""« Créer un compte » at the référent's console: who may be opened, where, and what is not told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from werkzeug.test import TestResponse

from hub.contract.accounts import Account, Contact, Identifier, Right
from hub.contract.errors import HubError
from hub.contract.identifiers import AccountId, ChannelKind, MethodName
from hub.contract.messages import Held, MessageId
from hub.testing.people import ANN, BOB, CLINIC, SURGERY
from tests.web.desk import FakePhone, Furnished, furnish
from tests.web.site import said
from tests.web.test_console import CAROL

HERE = "/console/people/new"
RPPS = Identifier(system="rpps", number="99700000123")
TYPED = {
    "family_name": "d’Arc",
    "given_name": "Cléo",
    "mail": "cleo@clinique.test",
    "mobile": "06 12 34 56 78",
    "number": RPPS.number,
    "role": "Infirmière",
    "structure": CLINIC.structure,
    "way": "temporary",
    "once": "o-1",
}


class FakeFirst(FakePhone):
    """Invites, and lends secrets."""

    def invitation(self, account: AccountId) -> str:
        return f"/first?for={account}"

    def temporary(self, account: AccountId) -> str:
        return "ab12-cd34"


class FakeBusy(FakeFirst):
    def temporary(self, account: AccountId) -> str:
        raise HubError("password.busy")


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    """Carol, référente of the clinic; Bob works at the surgery."""
    made = furnish(tmp_path)
    made.hub.accounts.create(CAROL)
    made.hub.accounts.change(
        replace(
            BOB,
            situations=(SURGERY,),
            identifiers=(
                *BOB.identifiers,
                Identifier(system="rpps", number="99700000300"),
                Identifier(system="login", number="bob@hub.test"),
            ),
            contacts=(Contact(kind=ChannelKind("mail"), address="bob@hub.test", validated=True),),
        )
    )
    methods = cast(dict[MethodName, Any], made.hub.rules.methods)
    methods[MethodName("first")] = FakeFirst(made.hub, "first")
    made.grant(CAROL.id, "console.referent", CLINIC.structure)
    made.enter("carol", strong=True)
    return made


def sent(desk: Furnished, **changes: str) -> TestResponse:
    return desk.post(HERE, **{**TYPED, **changes})


def seen(desk: Furnished, here: str) -> str:
    return desk.get(here).text.partition('name="seen" value="')[2].partition('"')[0]


def button(desk: Furnished, here: str, number: int = 0) -> dict[str, str]:
    """What one « Renvoyer le lien » of the page sends, counted from the top."""
    mark = desk.get(here).text.split('name="again" value="')[number + 1].partition('"')[0]
    return {"again": mark, "seen": seen(desk, here)}


def opened(desk: Furnished) -> list[Account]:
    every = desk.hub.accounts.in_structure(CLINIC.structure)
    return [each for each in every if each.display_name.startswith("Cléo")]


def test_the_account_is_what_the_referent_wrote_and_nothing_is_validated(desk: Furnished) -> None:
    page = sent(desk)
    (account,) = opened(desk)
    assert "ab12-cd34" in said(page) and account.identifiers[0].number in said(page)
    assert account.identifiers[0].system == "login" and account.identifiers[1:] == (RPPS,)
    assert [(each.address, each.validated) for each in account.contacts] == [
        ("cleo@clinique.test", False),
        ("+33612345678", False),
    ]
    told = {each.to: each.template for each in desk.outbox.messages}
    assert told == {"cleo@clinique.test": "contact_confirm", "+33612345678": "contact_confirm"}
    line = next(each for each in desk.hub.records.trail if each.action == "account.opened")
    assert (line.account, line.details["by"]) == (account.id, CAROL.id)
    assert "06" not in str(line.details) and "cleo" not in str(line.details)


def test_an_invitation_goes_to_the_mail_that_was_written(desk: Furnished) -> None:
    answer = sent(desk, way="invitation", mobile="")
    (account,) = opened(desk)
    assert answer.location == f"/console/people/{account.id}?done=opened&letter=m-1"
    (letter,) = desk.outbox.messages
    assert (letter.to, letter.template) == ("cleo@clinique.test", "account_invited")
    assert letter.values["link"] == f"https://hub.test/first?for={account.id}"


def test_the_page_says_where_the_invitation_is_and_what_to_do_meanwhile(desk: Furnished) -> None:
    where = sent(desk, way="invitation", mobile="").location
    instead = "remettez-lui un mot de passe provisoire"
    waiting = said(desk.get(where))
    assert "L’invitation attend de partir" in waiting and instead in waiting
    desk.outbox.fail(MessageId("m-1"))
    failed = said(desk.get(where))
    assert "L’invitation n’est pas partie" in failed and instead in failed
    desk.outbox.deliver(MessageId("m-1"))
    handed = said(desk.get(where))
    assert "remise à l’opérateur" in handed and instead not in handed
    assert "L’invitation" not in said(desk.get(where.replace("m-1", "m-2")))


@pytest.mark.parametrize("way", ["temporary", ""])
def test_a_link_that_could_not_leave_is_said_and_sent_again_from_the_page(
    desk: Furnished, way: str
) -> None:
    desk.outbox.held = Held(wait=timedelta(hours=5))
    methods = cast(dict[MethodName, Any], desk.hub.rules.methods)
    if not way:
        del methods[MethodName("first")]
    page = sent(desk, way=way)
    (account,) = opened(desk)
    here = f"/console/people/{account.id}"
    shown = said(page if way else desk.get(page.location))
    assert "un lien de confirmation n’est pas parti" in shown and not desk.outbox.messages
    again = desk.post(f"{here}/contact", **button(desk, here, 1))
    assert again.status_code == 429 and "le lien n’est pas parti" in said(again)
    desk.outbox.held = None
    assert (
        desk.post(f"{here}/contact", **button(desk, here, 1)).location == f"{here}?done=link_sent"
    )
    (letter,) = desk.outbox.messages
    assert (letter.to, letter.template) == ("+33612345678", "contact_confirm")
    assert desk.hub.accounts.by_id(account.id) == account, "nothing of the account changed"
    assert "contact.link_sent" in desk.actions()


def test_a_contact_that_is_confirmed_gets_no_second_link(desk: Furnished) -> None:
    mail = Contact(kind=ChannelKind("mail"), address="z@clinique.test", validated=True)
    person = replace(BOB, id=AccountId("z-1"), situations=(CLINIC,), contacts=(mail,))
    desk.hub.accounts.create(person)
    here = "/console/people/z-1"
    desk.hub.accounts.change(replace(person, contacts=(replace(mail, validated=False),)))
    drawn = button(desk, here)["again"]
    desk.hub.accounts.change(person)
    answer = desk.post(f"{here}/contact", again=drawn, seen=seen(desk, here))
    assert answer.status_code == 409 and not desk.outbox.messages


def test_a_password_that_cannot_be_made_now_is_said_and_the_account_is_open(
    desk: Furnished,
) -> None:
    methods = cast(dict[MethodName, Any], desk.hub.rules.methods)
    methods[MethodName("first")] = FakeBusy(desk.hub, "first")
    page = sent(desk)
    (account,) = opened(desk)
    assert page.status_code == 503 and "Aucun mot de passe" in said(page)
    assert f"/console/people/{account.id}/temporary" in page.text
    again = desk.post(f"/console/people/{account.id}/temporary")
    assert again.status_code == 503 and "Aucun mot de passe" in said(again)
    assert "password.lent" not in desk.actions()


def test_the_same_form_sent_twice_opens_one_account(desk: Furnished) -> None:
    sent(desk, number="", mail="")
    again = sent(desk, number="", mail="")
    (account,) = opened(desk)
    assert again.location == f"/console/people/{account.id}?done=opened"
    assert "ab12-cd34" not in again.text


@pytest.mark.parametrize("structure", [SURGERY.structure, "Nulle part"])
def test_another_structure_is_refused_whether_it_exists_or_not(
    desk: Furnished, structure: str
) -> None:
    desk.grant(CAROL.id, "console.referent", "Maison de garde")
    answer = sent(desk, structure=structure)
    assert answer.status_code == 422 and "Choisissez une de vos structures" in said(answer)
    assert structure not in answer.text and not opened(desk)


@pytest.mark.parametrize(
    "known", [{"number": "99700000300", "mail": ""}, {"number": "", "mail": "bob@hub.test"}]
)
def test_somebody_known_elsewhere_is_not_revealed(desk: Furnished, known: dict[str, str]) -> None:
    answer = sent(desk, **known)
    words = said(answer)
    assert answer.status_code == 409 and "Transmettre à l’assistance" in words
    assert "Bob" not in words and SURGERY.structure not in words and not opened(desk)
    line = desk.hub.records.trail[-1]
    assert (line.action, line.account) == ("account.not_opened", CAROL.id)
    assert "bob" not in str(line.details)


def test_what_cannot_be_opened_is_passed_on_to_the_support(desk: Furnished) -> None:
    assert sent(desk, number="99700000300", forward="yes").location.endswith("?done=forwarded")
    (request,) = desk.desk.guests.requests.unplaced(desk.hub.now)
    assert request.structure is None and "Carol Référente" in request.typed.structure
    assert not opened(desk)


def test_numbers_cannot_be_tried_one_after_the_other(desk: Furnished) -> None:
    for _ in range(3):
        assert sent(desk, number="99700000300").status_code == 409
    answer = sent(desk, number="99700000123")
    assert "Attendez" in said(answer) and not opened(desk)


def test_somebody_known_here_is_shown_instead(desk: Furnished) -> None:
    here = Identifier(system="rpps", number="99700000200")
    desk.hub.accounts.change(replace(ANN, identifiers=(here,)))
    answer = sent(desk, number=here.number)
    assert answer.location == f"/console/people/{ANN.id}?done=known"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"family_name": ""}, "Écrivez le nom"),
        ({"given_name": "=1+1"}, "signe de calcul"),
        ({"role": ""}, "Écrivez la fonction"),
        ({"mail": "cleo"}, "adresse complète"),
        ({"mail": "", "way": "invitation"}, "adresse complète"),
        ({"mobile": "01 02 03 04 05"}, "numéro de mobile"),
        ({"mobile": "+1 202 555 0100"}, "numéro de mobile"),
        ({"number": "123"}, "numéro"),
        ({"way": "nothing"}, "manière d’entrer"),
    ],
)
def test_what_cannot_be_right_is_said_and_kept(
    desk: Furnished, wrong: dict[str, str], says: str
) -> None:
    answer = sent(desk, **wrong)
    assert answer.status_code == 422 and says in said(answer)
    assert 'value="Infirmière"' in answer.text or "role" in wrong
    assert not opened(desk)


def test_no_field_gives_what_a_referent_may_not(desk: Furnished) -> None:
    sent(desk, id="chosen", rights="console.operator", locked="1", validated="1", login="root")
    (account,) = opened(desk)
    assert account.id != "chosen" and account.rights == frozenset() and not account.locked
    assert "root" not in [each.number for each in account.identifiers]
    assert not any(each.validated for each in account.contacts)
    assert not desk.rights.granted(account.id, desk.hub.now)


def test_a_script_in_a_name_is_shown_as_text(desk: Furnished) -> None:
    sent(desk, family_name="<script>alert(1)</script>")
    page = desk.get("/console/people")
    assert "&lt;script&gt;alert(1)" in page.text and "<script>alert" not in page.text


def test_nobody_else_opens_accounts(desk: Furnished) -> None:
    desk.rights.grants.clear()
    assert desk.get(HERE).status_code == 404
    assert sent(desk).status_code == 404 and not opened(desk)


def test_what_was_typed_waits_for_whoever_must_sign_in_again(desk: Furnished) -> None:
    desk.hub.records.sessions.clear()
    path = sent(desk).location
    desk.site.sign_in(path, "carol")
    desk.post(f"{path}/code", begin="1")
    back = desk.post(f"{path}/code", secret="1234")
    target = desk.get(back.location).location
    assert target.startswith(f"{HERE}?typed=")
    assert 'value="Infirmière"' in desk.get(target).text


def link(desk: Furnished, to: str, which: int = 0) -> str:
    letters = [each for each in desk.outbox.messages if each.to == to]
    return str(letters[which].values["link"]).partition("?c=")[2]


def test_a_contact_counts_once_its_own_person_has_confirmed_it(desk: Furnished) -> None:
    sent(desk)
    (account,) = opened(desk)
    key = link(desk, "+33612345678")
    # Whoever wrote the number, or reads the telephone, is not its person.
    assert desk.post("/contact", c=key).status_code == 404
    assert not any(each.validated for each in opened(desk)[0].contacts)
    desk.site.client = desk.site.another()
    desk.enter(account.identifiers[0].number)
    assert "Cléo d’Arc" in said(desk.get(f"/contact?c={key}"))
    assert "C’est confirmé" in said(desk.post("/contact", c=key))
    confirmed = {each.address: each.validated for each in opened(desk)[0].contacts}
    assert confirmed == {"cleo@clinique.test": False, "+33612345678": True}
    assert desk.post("/contact", c=key).status_code == 404


def test_a_contact_is_no_longer_confirmed_after_three_days(desk: Furnished) -> None:
    sent(desk)
    (account,) = opened(desk)
    key = link(desk, "cleo@clinique.test")
    desk.hub.later(days=3, seconds=1)
    desk.site.client = desk.site.another()
    desk.enter(account.identifiers[0].number)
    assert desk.post("/contact", c=key).status_code == 404


def test_whoever_runs_the_hub_is_known_elsewhere(desk: Furnished) -> None:
    operator = frozenset({Right(name="console.operator")})
    here = Identifier(system="rpps", number="99700000200")
    desk.hub.accounts.change(replace(ANN, identifiers=(here,), rights=operator))
    answer = sent(desk, number=here.number)
    assert answer.status_code == 409 and "Ann" not in said(answer)


def test_a_session_left_open_opens_no_account_and_shows_no_secret(desk: Furnished) -> None:
    desk.hub.later(minutes=11)
    answer = sent(desk)
    assert (answer.location or "").startswith("/login/") and "ab12-cd34" not in answer.text
