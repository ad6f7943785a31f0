"""A new password judged while it is typed: by the rules that stand when it is sent."""

import logging
from typing import Any

import pytest
from structlog.testing import capture_logs
from werkzeug.test import Client, TestResponse

from hub import PUBLIC, Ask, Pages
from hub.testing.pages import plugin_site
from hub.testing.people import ANN, BOB
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
        return self.sends(new_password=new, whose=whose).get_json()


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


@pytest.mark.parametrize("forged", ["x", "é", "AAAA", "a" * 4_000, str(ANN.id)])
def test_a_mark_that_was_not_made_here_is_nobody_s(forged: str) -> None:
    assert Typing(Desk()).types("ann martin hub 12", forged) == []


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
