"""A référent opens accounts, and the people enter: whole stories over a hub with its database."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hub.contract.identifiers import MethodName
from hub.testing.running import RunningHub
from tests.federation.visits import HUB
from tests.flows.referent import (
    ANN,
    CLINIC,
    DESCRIBED,
    at_the_console,
    console_hub,
    link_to,
    person,
    signed_in,
)
from tests.statements import statements

pytestmark = pytest.mark.slow
CHOSEN = "un tout nouveau secret"


@pytest.fixture
def running(tmp_path: Path) -> RunningHub:
    return console_hub(tmp_path)


def test_an_invited_colleague_comes_in_with_a_password_of_their_own(running: RunningHub) -> None:
    referent = at_the_console(running)
    page = referent.follow(referent.open(f"{HUB}/console/people"), "Créer un compte")
    page = referent.submit(page.form(asking="role"), {**DESCRIBED, "way": "invitation"})
    assert "Cléo d’Arc" in page.words and "Le compte est ouvert" in page.words
    guest, page = signed_in(running, DESCRIBED["mail"], CHOSEN)
    assert page.path.startswith("/login/")
    page = guest.open(link_to(running, "/apps/password/set"))
    new = {"new_password": CHOSEN, "new_password_again": CHOSEN}
    assert guest.submit(page.form(asking="new_password"), new).status == 200
    _, page = signed_in(running, DESCRIBED["mail"], CHOSEN)
    assert page.path == "/services" and "Cléo d’Arc" in page.words


@pytest.mark.parametrize("act", ["opened", "helped"])
def test_everybody_else_writes_while_a_temporary_password_is_hashed(
    running: RunningHub, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """A flood of sign-ins fills the places where it waits: nothing may wait for it in turn."""
    referent, wrote = at_the_console(running), []
    file = str(running.app.database.engine.url.database)
    method = running.app.rules.methods[MethodName("password")]
    hashing = vars(vars(method)["_passwords"])["_hashing"]
    real = hashing.hash

    def meanwhile(password: str) -> Any:
        # Another process: it would be told at once that the database is locked.
        with closing(sqlite3.connect(file, timeout=0)) as other, other:
            wrote.append(other.execute("UPDATE trail_head SET size = size").rowcount)
        return real(password)

    monkeypatch.setattr(hashing, "hash", meanwhile)
    if act == "opened":
        form = referent.open(f"{HUB}/console/people/new").form(asking="role")
        page = referent.submit(form, {**DESCRIBED, "way": "temporary"})
    else:
        page = referent.open(f"{HUB}/console/people/{ANN.id}")
        page = referent.submit(page.form(to="/temporary"))
    assert page.status == 200 and page._soup().select("dd .code"), page.words
    assert len(wrote) == 1
    running.turn()
    assert running.app.trail.verify().whole


def test_a_temporary_password_is_shown_once_and_must_be_changed(running: RunningHub) -> None:
    referent = at_the_console(running)
    page = referent.open(f"{HUB}/console/people/new")
    form = page.form(asking="role")
    page = referent.submit(form, {**DESCRIBED, "way": "temporary"})
    login, secret = (each.get_text() for each in page._soup().select("dd .code"))
    again = referent.submit(form, {**DESCRIBED, "way": "temporary"})
    assert again.path.startswith("/console/people/") and secret not in again.text
    newcomer, page = signed_in(running, login, secret)
    assert page.has("new_password"), page.words
    new = {"new_password": CHOSEN, "new_password_again": CHOSEN}
    page = newcomer.submit(page.form(asking="new_password"), new)
    assert page.path == "/services", page.words
    page = newcomer.open(link_to(running, "/contact"))
    page = newcomer.submit(page.form(to="/contact"))
    assert "C’est confirmé" in page.words
    _, page = signed_in(running, login, secret)
    assert page.path.startswith("/login/")


def test_a_temporary_password_is_worth_nothing_after_a_day(running: RunningHub) -> None:
    referent = at_the_console(running)
    page = referent.open(f"{HUB}/console/people/new")
    page = referent.submit(page.form(asking="role"), {**DESCRIBED, "way": "temporary"})
    login, secret = (each.get_text() for each in page._soup().select("dd .code"))
    running.clock.later(days=1, minutes=1)
    _, page = signed_in(running, login, secret)
    assert page.path.startswith("/login/") and not page.has("new_password")


def test_the_pages_of_a_large_structure_stay_cheap(running: RunningHub) -> None:
    for number in range(200):
        running.settle(person(f"colleague{number}", CLINIC))
    referent = at_the_console(running)
    with statements(running.app.database.engine) as ran:
        for path in ("", "?q=colleague", f"/{ANN.id}", "/new", "/import"):
            ran.clear()
            page = referent.open(f"{HUB}/console/people{path}")
            assert page.status == 200 and len(ran) <= 10, (path, ran)
            assert len(page.text.encode()) < 60_000, path
