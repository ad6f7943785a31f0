"""Nothing typed is lost: a session over in the middle of a form, for its person and once."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from hub.web.kept_forms import LARGEST, SECRETS
from hub.testing.people import ANN
from hub.testing.toolbox import MemoryOneTime
from hub.web.refilling import Typed, refilled
from tests.web.desk import Furnished, furnish
from tests.web.site import ADDRESS, SAME, said

ROOT = Path(__file__).parents[2]
PRIVACY = "/account/privacy"
HIDDEN = {"visibility": "hidden"}
UNKEPT = "rien de ce qui vient d’y être saisi n’est gardé"
PAGE = """<form action="/other" method="post"><input name="who" value=""></form>
<details class="x"><form method="post" action="/here"><input type="hidden" name="csrf" value="t">
<input name="who" type="text" value="old"><input type="hidden" name="revision" value="7">
<input type="hidden" name="account" value="mine">
<input type="password" name="word"><input name="digits" autocomplete="one-time-code">
<input type="radio" name="way" value="a" checked><input type="radio" name="way" value="b">
<input type="checkbox" name="also" checked>
<select name="days"><option value="1" selected>1</option><option value="2">2</option></select>
<textarea name="why" rows="2">before</textarea></form></details>
<form action="/here" method="post"><input name="who" value="second"></form>"""


@pytest.fixture
def desk(tmp_path: Path) -> Furnished:
    made = furnish(tmp_path)
    made.enter()
    return made


def over(desk: Furnished) -> None:
    desk.hub.later(hours=5)
    desk.hub.records.sessions.clear()


def back(desk: Furnished, sent: TestResponse, name: str = "ann") -> str:
    """Where *name* lands who signs in after the form was *sent* in vain."""
    login = sent.location.partition("?")[0]
    assert sent.status_code == 303 and login.startswith("/login/"), sent.text
    desk.site.sign_in(login, name)
    return desk.get(f"{login}/complete").location


def chosen(page: TestResponse) -> str:
    found = re.search(r'<input[^>]*value="(\w+)"[^>]* checked', page.text)
    return found[1] if found else ""


def test_a_form_whose_session_is_over_comes_back_as_it_was_left(desk: Furnished) -> None:
    assert chosen(desk.get(PRIVACY)) == "visible"
    over(desk)
    page = desk.get(back(desk, desk.post(PRIVACY, **HIDDEN)))
    assert chosen(page) == "hidden"
    assert "ce que vous aviez saisi est revenu" in said(page)
    assert chosen(desk.get(PRIVACY)) == "visible", "nothing is done that was not sent again"


def test_it_comes_back_once(desk: Furnished) -> None:
    over(desk)
    path = back(desk, desk.post(PRIVACY, **HIDDEN))
    assert chosen(desk.get(path)) == "hidden"
    assert chosen(desk.get(path)) == "visible"


def test_another_person_at_the_same_browser_never_sees_it(desk: Furnished) -> None:
    over(desk)
    path = back(desk, desk.post(PRIVACY, **HIDDEN), "bob")
    page = desk.get(path)
    assert "Bob" in page.text and chosen(page) == "visible"
    desk.hub.records.sessions.clear()
    desk.enter("ann")
    assert chosen(desk.get(path)) == "visible", "and it is gone for good"


def test_another_browser_finds_nothing_under_the_key(desk: Furnished) -> None:
    over(desk)
    path = back(desk, desk.post(PRIVACY, **HIDDEN))
    desk.site.client = desk.site.another()
    desk.enter()
    assert chosen(desk.get(path)) == "visible"


def test_of_however_many_forms_few_are_kept(desk: Furnished) -> None:
    box = desk.desk.one_time
    assert isinstance(box, MemoryOneTime)
    over(desk)
    for number in range(60):
        desk.post(f"/console/people/{number}/suspend", **HIDDEN)
    assert 1 < len(box) <= 16


def told_shared(desk: Furnished) -> None:
    """A program of the workstation said so to the session; the browser forgot it."""
    sessions = desk.hub.records.sessions
    sessions.update({key: replace(each, shared=True) for key, each in sessions.items()})


def test_a_session_that_was_told_of_a_shared_workstation_leaves_nothing(desk: Furnished) -> None:
    desk.grant(ANN.id, "console.operator")
    box = desk.desk.one_time
    assert isinstance(box, MemoryOneTime)
    told_shared(desk)
    # The console wants more than this session proved: the session is there, and is asked.
    assert desk.post("/console/announcements", text="Maintenance").location.startswith("/login/")
    assert not len(box)


def sent(desk: Furnished, token: str) -> TestResponse:
    """With the field against forgery that the page held."""
    form = {"csrf": token, **HIDDEN}
    return desk.site.client.post(PRIVACY, data=form, base_url=ADDRESS, headers=SAME)


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_a_form_of_a_shared_session_that_is_over_leaves_nothing_and_says_so(
    desk: Furnished,
) -> None:
    box = desk.desk.one_time
    assert isinstance(box, MemoryOneTime)
    told_shared(desk)
    token = token_of(desk.get(PRIVACY))
    # No session and no cookie says any more that many people use it.
    over(desk)
    answer = sent(desk, token)
    assert not len(box)
    assert UNKEPT in said(desk.get(answer.location))
    assert chosen(desk.get(back(desk, answer))) == "visible"


def test_a_form_drawn_before_the_workstation_was_shared_leaves_nothing(desk: Furnished) -> None:
    box = desk.desk.one_time
    assert isinstance(box, MemoryOneTime)
    token = token_of(desk.get(PRIVACY))
    desk.site.client.set_cookie("__Host-shared", "1", domain="hub.test", secure=True)
    over(desk)
    answer = sent(desk, token)
    assert not len(box) and UNKEPT in said(desk.get(answer.location))


def test_a_form_of_a_shared_session_still_works_in_it(desk: Furnished) -> None:
    told_shared(desk)
    assert sent(desk, token_of(desk.get(PRIVACY))).status_code == 303
    assert chosen(desk.get(PRIVACY)) == "hidden"


def test_elsewhere_no_page_says_that_words_were_lost(desk: Furnished) -> None:
    over(desk)
    assert UNKEPT not in said(desk.get(desk.post(PRIVACY, **HIDDEN).location))


def test_nothing_comes_back_at_a_workstation_found_to_be_shared(desk: Furnished) -> None:
    over(desk)
    path = back(desk, desk.post(PRIVACY, **HIDDEN))
    told_shared(desk)
    assert chosen(desk.get(path)) == "visible"


def test_what_is_left_last_comes_back(desk: Furnished) -> None:
    over(desk)
    desk.post(PRIVACY, visibility="visible")
    assert chosen(desk.get(back(desk, desk.post(PRIVACY, **HIDDEN)))) == "hidden"


def test_it_waits_a_quarter_of_an_hour(desk: Furnished) -> None:
    over(desk)
    sent = desk.post(PRIVACY, **HIDDEN)
    path = back(desk, sent)
    desk.hub.later(minutes=16)
    assert chosen(desk.get(path)) == "visible"


@pytest.mark.parametrize(
    "typed", [{"password": "x"}, {"code": "123456"}, {"visibility": "h" * (LARGEST + 1)}, {}]
)
def test_passwords_and_codes_are_not_kept_nor_what_is_too_long(
    desk: Furnished, typed: dict[str, str]
) -> None:
    over(desk)
    assert back(desk, desk.post(PRIVACY, **typed)) == PRIVACY


def test_every_secret_field_of_every_template_has_a_name_that_is_never_kept() -> None:
    pages = [*ROOT.glob("*/**/templates/**/*.html")]
    assert len(pages) > 50
    named = [
        name
        for page in pages
        if "card_agent" not in page.parts
        for name in re.findall(
            r'(?:secret|code_field)\("([\w]+)"|type="password" name="(\w+)"', page.read_text()
        )
    ]
    assert named
    assert [n for n in ("".join(each) for each in named) if not SECRETS.search(n)] == []


def test_a_form_drawn_for_somebody_else_is_not_done_in_one_s_own_name(desk: Furnished) -> None:
    """At a shared workstation: Ann's page is still open in a tab when Bob signs in."""
    anns = desk.site.csrf()
    desk.hub.records.sessions.clear()
    desk.enter("bob")
    answer = desk.site.client.post(
        PRIVACY, data={"csrf": anns, **HIDDEN}, base_url=ADDRESS, headers=SAME
    )
    assert answer.status_code == 403
    assert chosen(desk.get(PRIVACY)) == "visible"


def stale(desk: Furnished, **more: str) -> TestResponse:
    """Sent with a field against forgery that this browser has no more; *more* are headers."""
    wrong = "0" * 64 + "_" + desk.site.csrf().partition("_")[2]
    headers = {"Referer": f"{ADDRESS}{PRIVACY}", **more}
    data = {"csrf": wrong, **HIDDEN}
    return desk.site.client.post(PRIVACY, data=data, base_url=ADDRESS, headers=headers)


def test_a_stale_form_is_drawn_again_with_what_was_typed(desk: Furnished) -> None:
    answer = stale(desk, **SAME)
    assert answer.status_code == 303 and answer.location.startswith(f"{PRIVACY}?typed=")
    page = desk.get(answer.location)
    assert chosen(page) == "hidden" and "le formulaire avait expiré" in said(page).lower()
    assert chosen(desk.get(PRIVACY)) == "visible"


@pytest.mark.parametrize("before", ["", "?typed=", "?done=1&typed=", "?typed=&done=1"])
def test_a_form_stale_again_and_again_names_what_was_typed_last(
    desk: Furnished, before: str
) -> None:
    query = before.replace("typed=", f"typed={'a' * 32}")
    answer = stale(desk, **SAME, Referer=f"{ADDRESS}{PRIVACY}{query}")
    assert answer.location.count("typed=") == 1 and "a" * 32 not in answer.location
    assert ("done=1" in answer.location) is ("done=1" in before)
    assert chosen(desk.get(answer.location)) == "hidden"


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Sec-Fetch-Site": "none"}])
def test_what_another_site_may_have_sent_is_drawn_nowhere(
    desk: Furnished, headers: dict[str, str]
) -> None:
    assert stale(desk, **headers).status_code == 403


def test_a_forged_mark_makes_no_form(desk: Furnished) -> None:
    forged = desk.site.csrf().partition("_")[0] + "_0123456789abcdef"
    answer = desk.site.client.post(
        PRIVACY, data={"csrf": forged, **HIDDEN}, base_url=ADDRESS, headers=SAME
    )
    assert answer.status_code == 403


def test_only_what_people_type_and_choose_is_filled_in() -> None:
    fields = {
        "who": '"><script>',
        "revision": "5",
        "account": "another",
        "word": "hunter2",
        "digits": "123456",
        "way": "b",
        "days": "2",
        "why": "</textarea><b>",
        "csrf": "x",
    }
    typed = Typed(action="/here", here="/page", fields=tuple(fields.items()))
    page = refilled(PAGE, typed, "<p>NOTE</p>")
    assert 'name="who" type="text" value="&quot;&gt;&lt;script&gt;"' in page
    assert 'name="revision" value="5"' in page, "what the form was drawn from is still known"
    assert 'name="account" value="mine"' in page and 'name="csrf" value="t"' in page
    assert "hunter2" not in page and "123456" not in page
    assert 'value="b" checked' in page and 'value="a" checked' not in page
    assert 'name="also" checked' not in page
    assert '<option value="2" selected>' in page and '<option value="1" selected>' not in page
    assert ">&lt;/textarea&gt;&lt;b&gt;</textarea>" in page
    assert '<details class="x" open><form method="post" action="/here"><p>NOTE</p>' in page
    assert page.startswith('<form action="/other" method="post"><input name="who" value="">')
    assert page.endswith('<input name="who" value="second"></form>')


def test_a_consent_is_never_filled_in() -> None:
    page = """<form method="post" action="/here"><input name="who">
<input type="checkbox" name="attests" value="yes" required>
<input type="checkbox" name="agrees" value="yes" checked required>
<input type="checkbox" name="also" value="yes"></form>"""
    fields = (("who", "x"), ("attests", "yes"), ("agrees", "yes"), ("also", "yes"))
    filled = refilled(page, Typed(action="/here", here="/page", fields=fields), "")
    assert re.findall(r'name="(\w+)"[^>]* checked', filled) == ["also"]
    assert 'name="who" value="x"' in filled


@pytest.mark.parametrize("action", ["/elsewhere", "/page"])
def test_a_page_without_that_form_is_left_alone(action: str) -> None:
    typed = Typed(action=action, here="/page", fields=(("who", "x"),))
    assert refilled(PAGE, typed, "NOTE") == PAGE


def test_a_form_without_a_word_of_what_was_typed_gets_no_note() -> None:
    typed = Typed(action="/here", here="/page", fields=(("unknown", "x"),))
    assert "NOTE" not in refilled(PAGE, typed, "NOTE")
