"""A database that fails in the middle of giving tokens: nothing is half given, nothing is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.frontends.oidc.party import BACK, SECRET, basic
from tests.frontends.oidc.test_whole_hub import Whole, whole

__all__ = ["whole"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
MOST = 15
"""Moments of one request at which the database may fail; there are fewer."""


@contextmanager
def failing(engine: Engine, moment: int) -> Iterator[list[str]]:
    """At the statement or commit of that number, and at all after it; what was run before."""
    ran: list[str] = []

    def note(what: str) -> None:
        if len(ran) >= moment:
            raise OperationalError(what, {}, sqlite3.OperationalError("disk I/O error"))
        ran.append(what)

    def statement(_: Any, __: Any, said: str, *rest: Any) -> None:
        note(said)

    def commit(_: Any) -> None:
        note("COMMIT")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def tokens(whole: Whole) -> int:
    with whole.running.app.database.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM oidc_tokens")).scalar_one())


def assert_unavailable(answer: TestResponse) -> None:
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert answer.get_json() == {"error": "temporarily_unavailable"}


def revoked(whole: Whole, token: str) -> TestResponse:
    form = {"token": token}
    return whole.machine.post("/oidc/revoke", data=form, headers=basic("mail", SECRET))


def silent(whole: Whole) -> str:
    """A code for whoever is signed in already."""
    page = whole.authorize(prompt="none")
    return page.address.partition("code=")[2].partition("&")[0]


def test_a_code_whose_tokens_were_not_kept_gave_none(whole: Whole) -> None:
    whole.code()
    engine, failures = whole.running.app.database.engine, 0
    for moment in range(MOST):
        code, before = silent(whole), tokens(whole)
        with failing(engine, moment):
            answer = whole.redeem(code)
        if answer.status_code == 200:
            break
        failures += 1
        assert_unavailable(answer)
        assert tokens(whole) == before
        again = whole.redeem(code)
        # Not yet redeemed, it is good; redeemed, it is spent and gave nothing.
        assert again.status_code == 200 or again.get_json()["error"] == "invalid_grant"
        assert tokens(whole) in (before, before + 2)
        assert whole.redeem(silent(whole)).status_code == 200
    assert 2 < failures < MOST - 1


def test_a_refresh_token_whose_successor_was_not_kept_is_still_good(whole: Whole) -> None:
    given = whole.redeem(whole.code()).get_json()
    engine, failures = whole.running.app.database.engine, 0
    for moment in range(MOST):
        before, form = tokens(whole), {"grant_type": "refresh_token"}
        with failing(engine, moment):
            answer = whole.token(**form, refresh_token=given["refresh_token"])
        if answer.status_code == 200:
            break
        failures += 1
        assert_unavailable(answer)
        assert tokens(whole) == before
        answer = whole.token(**form, refresh_token=given["refresh_token"])
        assert answer.status_code == 200, (moment, answer.text)
        given = answer.get_json()
        assert whole.userinfo(given["access_token"]).status_code == 200
    assert 2 < failures < MOST - 1


def test_a_token_whose_end_was_not_kept_is_not_said_to_be_revoked(whole: Whole) -> None:
    given = whole.redeem(whole.code()).get_json()
    engine = whole.running.app.database.engine
    for moment in range(MOST):
        with failing(engine, moment):
            answer = revoked(whole, given["refresh_token"])
        if answer.status_code == 200:
            break
        assert_unavailable(answer)
        assert whole.userinfo(given["access_token"]).status_code == 200
    assert 0 < moment < MOST - 1
    assert whole.userinfo(given["access_token"]).status_code == 401


def test_while_the_database_is_away_services_are_told_and_keys_are_served(whole: Whole) -> None:
    given = whole.redeem(whole.code()).get_json()
    with failing(whole.running.app.database.engine, 0):
        for path in ("/.well-known/openid-configuration", "/oidc/jwks"):
            assert whole.machine.get(path).status_code == 200
        page = whole.authorize(prompt="none")
        assert page.address.startswith(f"{BACK}?error=temporarily_unavailable&"), page.address
        # Somebody who looks at the page reads it there, and tries again.
        assert whole.authorize(prompt="login").status == 503
        assert_unavailable(whole.userinfo(given["access_token"]))
    assert whole.userinfo(given["access_token"]).status_code == 200
    assert silent(whole)
