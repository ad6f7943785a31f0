"""Getting back in without the password, and choosing one for the first time."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from hub import PUBLIC, AccountId, Pages, Proved
from hub.testing.pages import Read, Reader, plugin_site
from hub.testing.people import ANN, BOB
from hub_plugins.methods.password.pages import blueprint

from .desk import BETTER, FOLDER, GOOD, Desk, code

FORGOTTEN, SET = "/apps/password/forgotten", "/apps/password/set"


def reader(desk: Desk, language: str = "fr") -> Reader:
    pages = Pages(blueprint=blueprint(desk.pages), access=PUBLIC)
    return Reader(plugin_site(pages, desk.box, FOLDER), desk.box.public_address, language)


def asked(desk: Desk, visitor: Reader, name: str = "ann", back: str = "") -> Read:
    return visitor.send(visitor.open(f"{FORGOTTEN}?back={back}"), identifier=name)


def link(desk: Desk) -> str:
    """The path in the newest mail."""
    address = urlsplit(str(desk.mails("reset")[-1].values["link"]))
    assert f"{address.scheme}://{address.netloc}" == desk.box.public_address
    return f"{address.path}?{address.query}"


def choose(visitor: Reader, path: str, new: str = BETTER, again: str | None = None) -> Read:
    form = visitor.open(path)
    typed = {"new_password": new, "new_password_again": new if again is None else again}
    return visitor.send(form, **typed)


def test_a_forgotten_password_is_replaced_through_the_mailed_link() -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    (mail,) = desk.mails("reset")
    assert mail.to == "ann@hub.test" and mail.expires_in == timedelta(minutes=30)
    chosen = choose(visitor, link(desk))
    assert chosen.status == 200 and "enregistré" in chosen.words
    assert isinstance(desk.sign_in(BETTER), Proved)
    assert code(desk.sign_in(GOOD)) == "password.wrong"
    assert len(desk.mails("changed")) == 1


@pytest.mark.parametrize("name", ["nobody", "bob", "", "x" * 400, "\ud83d"])
def test_the_answer_is_the_same_for_who_has_no_account_or_no_address(name: str) -> None:
    known, other = Desk(), Desk(people=(ANN, BOB))
    for_ann = asked(known, reader(known))
    for_other = asked(other, reader(other), name.encode("utf-8", "replace").decode())
    assert (for_ann.status, for_ann.words) == (for_other.status, for_other.words)
    assert other.mails("reset") == []


def test_a_stranger_uses_up_neither_the_messages_nor_the_patience_of_anybody() -> None:
    desk = Desk()
    visitor = reader(desk)
    answers = {asked(desk, visitor).words for _ in range(5)}
    assert (len(desk.mails("reset")), len(answers)) == (3, 1)
    desk.later(timedelta(days=1))
    asked(desk, visitor)
    assert len(desk.mails("reset")) == 4


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_as_much_is_written_for_nobody_as_for_somebody(name: str) -> None:
    desk = Desk()
    visitor = reader(desk)
    for times in range(1, 6):
        asked(desk, visitor, name)
        noted = [each.action for each in desk.box.noted if each.action == "password.reset_asked"]
        assert (len(desk.box.outbox.messages), len(noted)) == (times, times)


def test_a_suspended_person_gets_no_link() -> None:
    desk = Desk()
    desk.box.people.suspend(ANN.id)
    asked(desk, reader(desk))
    assert desk.mails("reset") == []


def test_opening_the_link_uses_nothing_up() -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    for _ in range(3):
        assert visitor.open(link(desk)).status == 200
    assert choose(visitor, link(desk)).status == 200
    assert isinstance(desk.sign_in(BETTER), Proved)


def test_a_link_works_once() -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    choose(visitor, link(desk))
    again = choose(visitor, link(desk), "cinq oies sous la pluie")
    assert again.status == 410 and FORGOTTEN in again.links
    assert isinstance(desk.sign_in(BETTER), Proved)


def test_a_link_works_for_half_an_hour() -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    desk.later(timedelta(minutes=30))
    assert choose(visitor, link(desk)).status == 410
    assert isinstance(desk.sign_in(GOOD), Proved)


def test_older_links_die_when_the_password_changes() -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    older = link(desk)
    desk.later(timedelta(minutes=1))
    asked(desk, visitor)
    choose(visitor, link(desk))
    assert choose(visitor, older, "cinq oies sous la pluie").status == 410


def test_signing_in_meanwhile_kills_no_link() -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    assert isinstance(desk.sign_in(), Proved)
    assert choose(visitor, link(desk)).status == 200


@pytest.mark.parametrize("key", ["", "unknown", "x" * 300])
def test_an_invented_ticket_opens_nothing(key: str) -> None:
    desk = Desk()
    visitor = reader(desk)
    assert visitor.open(f"{SET}?ticket={key}").status == 200
    assert choose(visitor, f"{SET}?ticket={key}").status == 410


def test_the_link_of_nobody_opens_nothing() -> None:
    desk = Desk()
    path = desk.pages._tickets.issue(AccountId(""), timedelta(minutes=30))
    assert choose(reader(desk), path).status == 410


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("short", "short", "trop court"),
        (BETTER, BETTER + "s", "diffèrent"),
        ("motdepasse2026", "motdepasse2026", "courants"),
        ("AnnMartin2026", "AnnMartin2026", "votre nom"),
        (GOOD, GOOD, "déjà utilisé"),
    ],
)
def test_a_refused_password_leaves_the_link_good(new: str, again: str, words: str) -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    refused = choose(visitor, link(desk), new, again)
    assert refused.status == 422 and words in refused.words
    accepted = visitor.send(refused, new_password=BETTER, new_password_again=BETTER)
    assert accepted.status == 200
    assert isinstance(desk.sign_in(BETTER), Proved)


def test_an_invitation_lasts_a_day_and_sets_the_first_password() -> None:
    desk = Desk()
    path = desk.method.invitation(BOB.id)
    desk.later(timedelta(hours=23))
    assert choose(reader(desk), path).status == 200
    assert isinstance(desk.sign_in(BETTER, "bob"), Proved)
    late = desk.method.invitation(BOB.id)
    desk.later(timedelta(days=1))
    assert choose(reader(desk), late, "cinq oies sous la pluie").status == 410


def test_a_reset_closes_the_old_password_and_mails_the_way_back() -> None:
    desk = Desk()
    visitor = reader(desk)
    asked(desk, visitor)
    former = link(desk)
    desk.method.reset(ANN.id)
    assert code(desk.sign_in(GOOD)) == "password.wrong"
    assert choose(visitor, former).status == 410
    (mail,) = desk.mails("invitation")
    path = str(mail.values["link"]).removeprefix(desk.box.public_address)
    assert choose(visitor, path).status == 200
    assert isinstance(desk.sign_in(BETTER), Proved)


def test_the_way_back_to_the_sign_in_is_kept_through_the_mail() -> None:
    desk = Desk()
    visitor = reader(desk)
    sent = asked(desk, visitor, back="/login/abc-1_2")
    assert "/login/abc-1_2" in sent.links
    assert "/login/abc-1_2" in choose(visitor, link(desk)).links


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.test", "//evil.test", "/login/../console", "/login/a/b", "javascript:alert(1)"],
)
def test_the_way_back_never_leads_elsewhere(elsewhere: str) -> None:
    desk = Desk()
    sent = asked(desk, reader(desk), back=elsewhere)
    assert not any("evil" in each or "console" in each or "alert" in each for each in sent.links)
    assert "back" not in link(desk)


def test_a_forgotten_identifier_is_mailed_to_the_validated_address() -> None:
    desk = Desk()
    visitor = reader(desk, "en")
    form = visitor.open("/apps/password/identifier")
    known = visitor.send(form, identifier="10001")
    stranger = visitor.send(form, identifier="nobody@hub.test")
    assert known.words == stranger.words and "Look at your mail" in known.words
    (mail,) = desk.mails("identifier")
    assert (mail.to, mail.values["login"], mail.language) == ("ann@hub.test", "ann", "en")


def test_nothing_that_opens_an_account_is_shown_by_accident() -> None:
    desk = Desk()
    asked(desk, reader(desk))
    (mail,) = desk.mails("reset")
    assert "ticket" not in repr(mail) and "ann@" not in repr(mail)
    assert all("ticket" not in str(note) for note in desk.box.noted)


def test_a_person_without_a_login_is_mailed_their_number() -> None:
    numbered = replace(ANN, identifiers=ANN.identifiers[1:])
    desk = Desk(people=(numbered,))
    visitor = reader(desk)
    visitor.send(visitor.open("/apps/password/identifier"), identifier="10001")
    assert desk.mails("identifier")[0].values["login"] == "10001"
