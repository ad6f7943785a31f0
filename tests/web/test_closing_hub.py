"""« Fermer mon compte » over the real database: however often it is pressed, it is asked once."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import Client

from hub.app import compose
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId
from hub.store.tables import message
from hub.testing.running import RunningHub, running_hub
from tests.web.site import ADDRESS, SAME, said
from tests.web.test_furnished_hub import SECRET, Visitor, make_referent, person

pytestmark = pytest.mark.slow
HERE = "/account/close"


@pytest.fixture
def hub(tmp_path: Path) -> RunningHub:
    made = running_hub(tmp_path)
    for name in ("marie", "paul"):
        made.settle(person(name), password=SECRET)
    make_referent(made, "paul")
    return made


def letters(hub: RunningHub) -> int:
    with hub.app.database.transaction() as transaction:
        return transaction.execute(select(func.count()).select_from(message)).scalar_one()


def asked(hub: RunningHub) -> int:
    told = hub.app.trail.of_account(AccountId("marie"), 1000)
    return sum(each.action == "account.closing_asked" for each in told)


def test_pressed_fifty_times_at_once_in_two_processes_it_is_asked_once(hub: RunningHub) -> None:
    marie = Visitor(hub)
    marie.sign_in("marie")
    form = re.search(r'name="csrf" value="(\w+)"', marie.get(HERE).text)
    assert form
    cookies = marie.cookies()
    other = compose(hub.app.configuration, hub.clock)
    before = letters(hub)

    def press(number: int) -> int:
        client = Client((hub.app if number % 2 else other).wsgi, use_cookies=False)
        headers = {**SAME, "Cookie": cookies}
        sent = {"csrf": form[1], "reason": "Je pars"}
        return client.post(HERE, data=sent, base_url=ADDRESS, headers=headers).status_code

    with ThreadPoolExecutor(10) as people:
        answers = set(people.map(press, range(50)))
    other.database.engine.dispose()
    assert answers == {303}
    assert letters(hub) - before == 1 and asked(hub) == 1
    assert "Votre demande est partie" in said(marie.get(HERE))


def test_a_long_history_since_does_not_have_it_asked_again(hub: RunningHub) -> None:
    marie = Visitor(hub)
    marie.sign_in("marie")
    marie.submit(HERE, HERE)
    for _ in range(250):
        entry = AuditEntry(at=hub.clock(), action="session.left", account=AccountId("marie"))
        hub.app.trail.note(entry)
    before = letters(hub)
    assert "Votre demande est partie" in said(marie.submit(HERE, HERE))
    assert letters(hub) == before
    hub.clock.later(days=3)
    hub.turn()
    marie = Visitor(hub)
    marie.sign_in("marie")
    assert "Votre demande est partie" in said(marie.get(HERE))
    hub.clock.later(days=5)
    marie = Visitor(hub)
    marie.sign_in("marie")
    marie.submit(HERE, HERE)
    assert asked(hub) == 2


def test_what_the_trail_cannot_say_is_not_asked_and_counts_as_nothing(hub: RunningHub) -> None:
    marie = Visitor(hub)
    marie.sign_in("marie")
    before = letters(hub)
    with hub.app.database.transaction() as transaction:
        full = "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        transaction.execute(text(f"CREATE TRIGGER untold BEFORE INSERT ON trail {full}"))
    assert marie.submit(HERE, HERE).status_code == 500
    assert letters(hub) == before
    with hub.app.database.transaction() as transaction:
        transaction.execute(text("DROP TRIGGER untold"))
    assert "Votre demande est partie" in said(marie.submit(HERE, HERE))
    assert letters(hub) == before + 1 and asked(hub) == 1
