"""A new password judged while it is typed: by the rules that stand when it is sent."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from werkzeug.test import Client, TestResponse

from hub import PUBLIC, Ask, Identifier, Pages
from hub.testing.pages import plugin_site
from hub.testing.people import ANN, BOB
from hub_plugins.methods.password.judging import MOST
from hub_plugins.methods.password.pages import blueprint

from .desk import BETTER, FOLDER, GOOD, Desk, twice

JUDGE, SET = "/apps/password/judge", "/apps/password/set"


class Typing:
    """A browser with the page of a new password open."""

    def __init__(self, desk: Desk) -> None:
        pages = Pages(blueprint=blueprint(desk.pages), access=PUBLIC)
        self._client = Client(plugin_site(pages, desk.box, FOLDER))
        self._at = desk.box.public_address
        self.page = self._client.get(SET, base_url=self._at).text
        self._csrf = self.page.partition('name="csrf" value="')[2].partition('"')[0]

    def sends(self, **fields: str) -> TestResponse:
        whole = {"csrf": self._csrf, **fields}
        headers = {"Origin": self._at}
        return self._client.post(JUDGE, data=whole, base_url=self._at, headers=headers)

    def types(self, new: str, whose: str = "") -> Any:
        answer = self.sends(new_password=new, whose=whose)
        assert answer.status_code == 200
        return answer.get_json()


def mark(desk: Desk) -> str:
    """As it stands on the page of Ann's new password."""
    asked = desk.action.begin(desk.task())
    assert isinstance(asked, Ask)
    return str(asked.values["whose"])


@pytest.mark.parametrize(
    ("new", "broken"),
    [
        ("court", ["too_short"]),
        ("motdepasse2026", ["common"]),
        ("Motdepasse2026!", ["common"]),
        (BETTER, []),
        ("x" * 1025, ["too_long"]),
        ("", ["too_short"]),
    ],
)
def test_what_is_typed_is_judged_as_what_is_sent(new: str, broken: list[str]) -> None:
    desk = Desk()
    assert Typing(desk).types(new) == broken
    assert [each.code for each in desk.passwords.broken(None, new)] == [
        f"password.{each}" for each in broken
    ]


def test_names_are_judged_for_whom_the_page_was_drawn_and_nobody_else() -> None:
    desk = Desk()
    typing, own = Typing(desk), "ann martin hub 12"
    assert typing.types(own, mark(desk)) == ["personal"]
    assert typing.types(own) == []
    assert typing.types(own, desk.passwords.marks.of(BOB.id)) == []


@pytest.mark.parametrize("hidden", ["1975", "nuageprive", "parc", "10001"])
def test_what_pages_mask_of_a_person_is_judged_only_when_it_is_sent(hidden: str) -> None:
    login = Identifier(system="login", number="qzkxwv")
    known = {"birthdate": ("1975-03-12",), "mail": ("a.m@nuageprive.example",)}
    person = replace(ANN, attributes=known, identifiers=(*ANN.identifiers, login))
    desk = Desk(people=[person])
    typing, guess = Typing(desk), "!" * 12 + hidden
    assert typing.types(guess, mark(desk)) == []
    assert typing.types("!" * 12 + "qzkxwv", mark(desk)) == ["personal"]
    refused = desk.action.advance(desk.task(person), twice(guess))
    assert isinstance(refused, Ask) and refused.refused
    assert refused.refused.code == "password.personal"


def test_a_mark_is_worth_an_hour_in_its_own_browser() -> None:
    desk = Desk()
    typing, own, here = Typing(desk), "ann martin hub 12", mark(desk)
    desk.box.visiting.name = "browser-2"
    assert typing.types(own, here) is None
    desk.box.visiting.name = "browser-1"
    desk.later(timedelta(minutes=59))
    assert typing.types(own, here) == ["personal"]
    desk.later(timedelta(minutes=1))
    assert typing.types(own, here) is None


def test_names_are_guessed_at_a_hundred_and_twenty_times_an_hour_however_many_pages() -> None:
    desk = Desk()
    typing, own = Typing(desk), "ann martin hub 12"
    assert MOST == 120
    assert all(typing.types(own, mark(desk)) == ["personal"] for _ in range(MOST))
    assert typing.types(own, mark(desk)) is None
    assert typing.types("motdepasse2026") == ["common"]
    desk.later(timedelta(hours=1))
    assert typing.types(own, mark(desk)) == ["personal"]


@pytest.mark.parametrize("forged", ["x", "é", "AAAA", "a" * 4_000, str(ANN.id)])
def test_a_mark_that_was_not_made_here_is_nobody_s(forged: str) -> None:
    assert Typing(Desk()).types("ann martin hub 12", forged) is None


def test_former_passwords_are_not_judged_before_they_are_sent() -> None:
    desk = Desk()
    assert Typing(desk).types(GOOD, mark(desk)) == []
    refused = desk.method.advance_enrolment(desk.task(), twice(GOOD, GOOD))
    assert isinstance(refused, Ask) and refused.refused
    assert refused.refused.code == "password.used_before"


def test_what_is_typed_is_written_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    typing, before = Typing(desk), len(desk.box.noted)
    with capture_logs() as told, caplog.at_level(logging.DEBUG):
        answer = typing.sends(new_password=BETTER, whose=mark(desk))
    assert answer.headers["Cache-Control"] == "no-store"
    assert BETTER not in f"{told} {caplog.text} {answer.text}"
    assert len(desk.box.noted) == before and not desk.box.outbox.messages


def test_only_the_page_s_own_browser_has_anything_judged() -> None:
    typing = Typing(Desk())
    assert typing.sends(csrf="of yesterday", new_password=BETTER).status_code == 403
    assert typing.sends(new_password=BETTER).status_code == 200


def test_without_a_script_the_rules_stand_as_a_list_beside_the_field() -> None:
    page = Typing(Desk()).page
    named = page.partition('id="new_password" name="new_password"')[2].partition(">")[0]
    assert 'aria-describedby="password-rules"' in named
    listed = page.partition('id="password-rules"')[2].partition("</ul>")[0]
    for rule in ("too_short", "common", "personal", "used_before", "not_the_same"):
        assert f'data-rule="{rule}"' in listed
    assert "Au moins 12 caractères" in listed and "data-state" not in listed
    # Nobody's page: what nobody has judged yet is not said to be.
    assert "nom de lieu (vérifié à l’enregistrement)" in listed
