"""What stands behind the pages: what services are told and answered, and what a table keeps."""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tests.peers.stories.calling import answered, called, own_token, subject_told
from tests.peers.stories.place import Place
from tests.peers.stories.later import Later
from tests.peers.stories.visit import Visit
from tests.peers.stories.ways import in_every_way, moved_in_every_way

NOTICES: Final = "/apps/notices/"
WORDS: Final = "Le compte rendu que vous attendiez est arrivé"
A_YEAR: Final = "[plugin.password]\nmemory = 1024"
WITHOUT_END: Final = f'{A_YEAR}\nlife = "none"'
NEW: Final = "sept lampes dans la cour"


def _kept(folder: Path) -> list[str]:
    """Every cell of every table of the hub's database, as text."""
    address = f"file:{folder / 'hub.db'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        named = "select name from sqlite_master where type = 'table'"
        tables = [name for (name,) in database.execute(named)]
        rows = [row for name in tables for row in database.execute(f'select * from "{name}"')]
    return [_text(cell) for row in rows for cell in row if cell is not None]


def _text(cell: object) -> str:
    return cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)


@in_every_way
def test_a_code_that_was_sent_stands_nowhere_in_the_database(tab: Visit, here: Place) -> None:
    person = tab.person("only-hash")
    tab.open("/open/medimail")
    tab.password(person)
    tab.ask_code("mail")
    code, login = here.post.code_by_mail(person.mail), tab.path.rpartition("/")[2]
    kept = _kept(here.town.hub.folder)
    # The sign-in it belongs to is there, and waits for it.
    assert login in kept
    alone = re.compile(rf"(?<![0-9A-Za-z.]){code}(?![0-9A-Za-z])")
    assert [each for each in kept if alone.search(each)] == []
    # A million codes are tried in a second: without the hub's key none is found again.
    digests = [hashlib.new(each, code.encode()).hexdigest() for each in ("md5", "sha1", "sha256")]
    assert [each for each in kept if any(digest in each for digest in digests)] == []
    tab.send(code=code)
    tab.page.wait_for_url(f"{here.town.medimail.site.origin}/**")


@in_every_way
def test_a_notice_takes_the_service_s_own_token_and_its_mail_says_nothing_of_it(
    tab: Visit, here: Place
) -> None:
    person, emage = tab.person("told-quietly"), here.town.emage
    tab.sign_in(person)
    tab.open("/open/emage")
    notice = {"sub": subject_told(tab), "text": WORDS, "mail": True}
    called(tab, emage, "notices", NOTICES, notice)
    token = own_token(tab, emage, "notices")
    refused = [
        answered(tab, "", NOTICES, notice)[0],
        answered(tab, own_token(tab, emage, "shares"), NOTICES, notice)[0],
        answered(tab, own_token(tab, here.town.medimail, "notices"), NOTICES, notice)[0],
        answered(tab, token, NOTICES, {**notice, "text": "x" * 81})[0],
    ]
    assert refused == [401, 403, 404, 400]
    assert answered(tab, token, NOTICES, {**notice, "text": "x" * 80, "mail": False})[0] == 201
    told = here.post.mail(person.mail, "/notices/")
    assert WORDS not in told and "e-mage" in told
    found = re.search(r"https://\S+/notices/[\w-]+", told)
    assert found
    tab.open("/notices")
    assert WORDS in tab.read() and "x" * 80 in tab.read() and "x" * 81 not in tab.read()
    tab.open(found[0])
    tab.page.wait_for_url(f"{emage.site.origin}/**")


def _mailboxes(tab: Visit, service: str) -> list[dict[str, Any]]:
    tab.open(f"{service}/?scope=openid+mailboxes")
    told = json.loads(tab.page.locator("#claims").inner_text())
    boxes: list[dict[str, Any]] = told["userinfo"]["mailboxes"]
    return boxes


@in_every_way
def test_a_service_is_told_the_mailboxes_and_the_one_chosen_first(tab: Visit, here: Place) -> None:
    person, service = tab.person("mailboxes-told"), here.town.emage.site.origin
    tab.sign_in(person, "/apps/medimail/")
    before = _mailboxes(tab, service)
    own = f"{person.login}@mss.test"
    assert {each["address"] for each in before} == {own, "accueil@mss.test", "resultats@mss.test"}
    assert before[0]["address"] == own and [each["default"] for each in before] == [
        True,
        False,
        False,
    ]
    tab.open("/apps/medimail/")
    tab.page.locator("[name=address][value='resultats@mss.test']").check()
    with tab.page.expect_navigation():
        tab.press("form:has([name=address]) button")
    after = _mailboxes(tab, service)
    assert (after[0]["address"], after[0]["default"]) == ("resultats@mss.test", True)
    assert sum(each["default"] for each in after) == 1 and len(after) == len(before)


@moved_in_every_way
def test_an_operator_may_let_passwords_live_without_end(moved: Visit, later: Later) -> None:
    person = moved.person("never-ends")
    later.rewritten(A_YEAR, WITHOUT_END)
    try:
        later.pass_time(days=366)
        moved.open("/services")
        moved.password(person)
        # One chosen while it had an end has it still: this once.
        moved.send(new_password=NEW, new_password_again=NEW)
        moved.arrive()
        moved.page.context.clear_cookies()
        moved.speak(moved.way.language)
        later.pass_time(days=400)
        moved.open("/services")
        moved.password(person, NEW)
        moved.arrive()
    finally:
        later.rewritten(WITHOUT_END, A_YEAR)
