"""What people read about their password, on screen and by mail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from babel.messages.pofile import read_po

from hub import Ask, Attempt, Message
from hub.testing.pages import drawn
from hub.testing.people import ANN
from hub.web.letters import make_writer
from hub.web.parts import Help, Look
from hub_plugins.methods.password import letters

from .desk import BETTER, FOLDER, Desk, twice

LIFE = timedelta(hours=24)
MESSAGES = [
    *letters.changed(ANN, "fr"),
    *letters.reset(ANN, "https://hub.test/x", timedelta(minutes=30), "fr"),
    *letters.invitation(ANN, "https://hub.test/x", LIFE, "fr"),
    *letters.identifier(ANN, "ann", "fr"),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: each.template)
def test_every_letter_is_written_in_both_languages(message: Message) -> None:
    write = make_writer({"password": FOLDER}, Look(), Help(telephone="03 00 00 00 00"))
    told = {
        language: write("password", replace(message, language=language))
        for language in ("fr", "en")
    }
    for letter in told.values():
        assert letter.subject and "Ann Martin" in letter.text
        for name in message.values.keys() & {"link", "login"}:
            assert str(message.values[name]) in letter.text
    assert told["fr"].subject != told["en"].subject


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sign_in_form_asks_for_both_and_leads_to_help(language: str) -> None:
    desk = Desk()
    attempt = Attempt(now=desk.box.time.now, account=None, return_url="/login/7/password")
    asked = desk.method.begin(attempt)
    assert isinstance(asked, Ask)
    form = drawn(asked, desk.box, FOLDER, language, identifier="ann")
    assert form.fields == {"identifier": "ann", "password": ""}
    ways = ("forgotten", "identifier")
    assert form.links == [f"/apps/password/{way}?back=/login/7" for way in ways]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("why", ["first", "expired", "chosen"])
def test_the_change_form_shows_the_rules(why: str, language: str) -> None:
    desk = Desk()
    if why == "first":
        desk.method.temporary(ANN.id)
    if why == "expired":
        desk.later(timedelta(days=365))
    own = desk.method.begin_enrolment(desk.task())
    asked = own if why == "chosen" else desk.action.begin(desk.task())
    assert isinstance(asked, Ask) and asked.values["why"] == why
    form = drawn(asked, desk.box, FOLDER, language)
    assert "12" in form.words
    current = ["password"] if why == "chosen" else []
    assert list(form.fields) == [*current, "new_password", "new_password_again"]


def test_every_rule_has_its_sentence_and_its_next_step() -> None:
    desk = Desk()
    asked = desk.action.advance(desk.task(), twice("short"))
    assert isinstance(asked, Ask) and asked.refused
    assert asked.refused.detail == {"shortest": 12}
    books = []
    for language in ("fr", "en"):
        with (FOLDER / "locale" / f"{language}.po").open("rb") as text:
            books.append({str(each.id): str(each.string) for each in read_po(text) if each.id})
    assert books[0].keys() == books[1].keys()
    for key in [each for each in books[0] if each.startswith("refusal.") and "next" not in each]:
        assert f"{key}.next" in books[0], key
    for rule in ("too_short", "too_long", "common", "personal", "used_before", "not_the_same"):
        assert f"refusal.password.{rule}" in books[0]
    assert BETTER not in str(books)
