"""Signing in with a password."""

from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher

from hub import (
    Account,
    Answer,
    Ask,
    Attempt,
    AuthenticationMethod,
    ConfigError,
    Enrollable,
    Invites,
    Proved,
    Redirect,
    Resets,
    SetsSecret,
)
from hub.testing.memory import MemoryAccounts
from hub.testing.method_kit import MethodCase, check_method
from hub.testing.people import ANN, BOB
from hub.testing.settings import TableSettings
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.methods import password
from hub_plugins.methods.password.settings import PasswordSettings

from .desk import BETTER, FOLDER, GOOD, Desk, code

CHEAP = TableSettings(password={"memory": 8, "passes": 1})


def test_the_password_does_what_every_method_must() -> None:
    def make(box: MemoryToolbox) -> AuthenticationMethod:
        (method,) = password.authentication_methods(CHEAP, box)
        return method

    def prepare(box: MemoryToolbox, method: AuthenticationMethod, account: Account) -> None:
        assert isinstance(method, SetsSecret)
        method.set_secret(account.id, GOOD, None)

    def right(box: MemoryToolbox, asked: Ask | Redirect, account: Account) -> Answer:
        return Answer(fields={"identifier": "ann", "password": GOOD})

    fields = ("identifier", "password")
    check_method(MethodCase(make=make, right=right, prepare=prepare, fields=fields, folder=FOLDER))


def test_the_method_can_be_set_up_given_and_taken_away() -> None:
    method = Desk().method
    for ability in (Enrollable, Invites, Resets, SetsSecret):
        assert isinstance(method, ability)


@pytest.mark.parametrize("login", ["ann", "ANN", "10001"])
def test_every_name_opens_with_the_one_password(login: str) -> None:
    step = Desk().sign_in(login=login)
    assert isinstance(step, Proved) and step.account == ANN.id


@pytest.mark.parametrize(
    ("login", "typed"),
    [("ann", BETTER), ("nobody", GOOD), ("bob", GOOD), ("ann", GOOD + " "), ("ann", GOOD.upper())],
)
def test_a_wrong_password_a_stranger_and_no_password_look_the_same(login: str, typed: str) -> None:
    asked = Desk().sign_in(typed, login)
    assert asked == Desk().sign_in(BETTER, "ann")
    assert code(asked) == "password.wrong"


def test_a_suspended_person_is_told_what_everybody_is_told() -> None:
    desk = Desk()
    desk.box.people.suspend(ANN.id)
    assert code(desk.sign_in()) == "password.wrong"


def test_the_same_work_is_done_for_who_does_not_exist() -> None:
    counted = Counted(time_cost=1, memory_cost=8, parallelism=1)
    desk = Desk(hasher=counted)
    for login in ("ann", "nobody", "bob"):
        counted.verified.clear()
        desk.sign_in(BETTER, login)
        assert len(counted.verified) == 1, login


class Counted(PasswordHasher):
    verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.verified.append(str(hash))
        return super().verify(hash, password)


def test_an_accent_is_the_same_however_the_keyboard_composes_it() -> None:
    desk = Desk()
    desk.method.set_secret(ANN.id, "la forêt où l'été dort", None)
    assert isinstance(desk.sign_in("la fore\u0302t ou\u0300 l'e\u0301te\u0301 dort"), Proved)


@pytest.mark.parametrize("long", ["🦄" * 15, "a1b2" * 32, "  words between spaces  ", "x\ty" * 9])
def test_nothing_is_trimmed_or_cut(long: str) -> None:
    desk = Desk()
    desk.method.set_secret(ANN.id, long, None)
    assert isinstance(desk.sign_in(long), Proved)
    assert code(desk.sign_in(long[:-1])) == "password.wrong"
    assert code(desk.sign_in(long + " ")) == "password.wrong"


def test_a_hash_with_old_figures_is_renewed_by_signing_in() -> None:
    desk = Desk(hasher=PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
    before = desk.passwords.of(ANN.id)
    newer = Desk(box=desk.box)
    assert isinstance(newer.sign_in(), Proved)
    after = newer.passwords.of(ANN.id)
    assert before and after and "m=16," in before.hashed and "m=8," in after.hashed
    assert after.set_at == before.set_at and after.former == before.former
    assert isinstance(newer.sign_in(), Proved)


def test_a_first_password_opens_for_a_day_and_says_so_afterwards() -> None:
    desk = Desk()
    given = desk.method.temporary(BOB.id)
    assert isinstance(desk.sign_in(given, "bob"), Proved)
    desk.later(timedelta(days=1))
    assert code(desk.sign_in(given, "bob")) == "password.first_expired"
    assert code(desk.sign_in(BETTER, "bob")) == "password.wrong"


def test_an_expired_password_still_proves() -> None:
    desk = Desk()
    desk.later(timedelta(days=366))
    assert isinstance(desk.sign_in(), Proved)


def test_a_method_without_a_password_is_not_offered() -> None:
    method = Desk().method
    assert method.possible(BOB) == ()
    assert method.possible(ANN) == method.possible(None) != ()


def test_a_secret_set_by_the_operator_meets_the_rules() -> None:
    with pytest.raises(ConfigError) as refused:
        Desk().method.set_secret(ANN.id, "short", None)
    assert "too_short" in str(refused.value) and "short" not in refused.value.path


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ({"memory": 19455}, "plugin.password.memory"),
        ({"passes": 1}, "plugin.password.memory"),
        ({"shortest": 7}, "plugin.password.shortest"),
        ({"reset_life": "P2D"}, "plugin.password.reset_life"),
    ],
)
def test_nothing_goes_below_its_floor(table: dict[str, str | int], path: str) -> None:
    settings = TableSettings(password=table)
    settings.environment = "production"
    with pytest.raises(Exception, match=path):
        list(password.authentication_methods(settings, MemoryToolbox("password")))


def test_the_shipped_figures_are_within_the_floors() -> None:
    settings = TableSettings()
    settings.environment = "production"
    (method,) = password.authentication_methods(settings, MemoryToolbox("password"))
    assert method.card.immediate and method.card.identifies


def test_no_hash_is_shown_by_accident() -> None:
    desk = Desk()
    assert "argon2" not in repr(desk.passwords.of(ANN.id))


def test_a_person_known_by_other_means_finds_their_identifier_filled_in() -> None:
    box = MemoryToolbox("password", people=MemoryAccounts((ANN,)))
    (method,) = password.authentication_methods(CHEAP, box)
    attempt = Attempt(now=box.time.now, account=ANN, return_url="/login/7/password")
    asked = method.begin(attempt)
    assert isinstance(asked, Ask)
    assert asked.values == {"login": "ann", "back": "/login/7"}


def test_settings_take_none_for_a_life_without_end() -> None:
    read = TableSettings(password={"life": "none"}).section("password", PasswordSettings)
    desk = Desk(read)
    kept = desk.passwords.of(ANN.id)
    assert kept and kept.expires_at is None
