"""What each account page costs the database: a handful of statements, however much there is."""

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from hub.testing.running import running_hub
from tests.plugins.passkey.test_passkey_flow import MARIE, SECRET, Browser

pytestmark = pytest.mark.slow
MOST = 10
PAGES = ("", "/privacy", "/referents", "/notifications", "/sessions", "/history")


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """As SQLite runs them: some go past SQLAlchemy's own events."""
    ran: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            ran.append(statement)

    def listen(connection: Connection, _: object) -> None:
        connection.set_trace_callback(note)

    event.listen(Engine, "connect", listen)
    yield ran
    event.remove(Engine, "connect", listen)


def test_no_account_page_takes_more_than_ten_statements(
    tmp_path: Path, statements: list[str]
) -> None:
    hub = running_hub(
        tmp_path,
        plugins=["own", "regional", "password", "totp", "passkey", "sent_code", "console"],
        messages={"chains": {"mail": ["console"]}},
    )
    hub.settle(MARIE, password=SECRET)
    browser = Browser(hub)
    for _ in range(5):
        browser.visit("/account")
        browser.sign_in("password", identifier="marie.durand", password=SECRET)
    counted = {}
    for path in PAGES:
        statements.clear()
        assert browser.visit(f"/account{path}").status_code == 200
        counted[path] = len(statements)
    assert {path: many for path, many in counted.items() if many > MOST} == {}
    assert all(counted.values())
