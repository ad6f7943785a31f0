"""Every form of the hub: sent twice, with fields nobody offers, with script where words belong."""

import re
from collections.abc import Iterator, Sequence

import pytest
from werkzeug.test import TestResponse

from tests.flows.access_table import Table, routed, table
from tests.flows.access_world import World, world
from tests.flows.every_form import DRAWN, FORMS, path_of, state, told_of, trying, untold
from tests.flows.region import HUB, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("access")]
BEGUN = {"/console/people/import/<run>/apply": {"import_run"}}
"""Said to be under way, and nothing of it done: the worker goes on with it."""
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def here(template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = world(opened(template, tmp_path_factory.mktemp("forms") / "region"))  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture(scope="module")
def access() -> Table:
    return table()


def test_every_form_stands_in_the_table(here: World) -> None:
    posting = {
        rule
        for rule, methods in routed(here.rules).items()
        # A sign-in in progress is the broker's: its forms are tried in tests/broker and tests/web.
        if "POST" in methods and not rule.startswith("/login/")
    }
    assert posting - FORMS.keys() == set(), "write in tests/flows/every_form.py"
    assert FORMS.keys() - posting == set(), "gone"


def test_sent_twice_every_form_does_what_it_does_once(here: World, access: Table) -> None:
    wrong = []
    for rule, form in FORMS.items():
        path = path_of(rule, access, here)
        with trying(here, form.role) as post:
            first = post(path, form.fields)
            once = state(here)
            second = post(path, form.fields)
            twice = state(here)
        moved = {name for name in twice if twice[name] != once[name]} - form.adds
        if moved or max(first.status_code, second.status_code) >= 500:
            wrong.append(f"{rule}: {first.status_code}, {second.status_code}: {sorted(moved)}")
    assert not wrong, "\n".join(wrong)


def test_an_act_whose_entry_cannot_be_written_is_not_done(here: World, access: Table) -> None:
    """A full disk, a lost connection: nothing is done of which the trail says nothing."""
    wrong, told = [], set()
    before, first = state(here), told_of(here)
    for rule, form in FORMS.items():
        path = path_of(rule, access, here)
        with trying(here, form.role) as post:
            post(path, form.fields)
            if told_of(here) == first:
                continue
        told.add(rule)
        with trying(here, form.role) as post, untold(here):
            answer = post(path, form.fields)
            after = state(here)
        moved = {name for name in after if after[name] != before[name]}
        moved -= BEGUN.get(rule, set())
        if moved or answer.status_code < 500:
            wrong.append(f"{rule}: {answer.status_code}: {sorted(moved)}")
    assert not wrong, "\n".join(wrong)
    assert len(told) >= 20, sorted(told)


def test_fields_nobody_offers_change_nothing(here: World, access: Table) -> None:
    """Mass assignment: whose it is, who may, what is proved are never taken from a form."""
    other = here.account("anne.delmas")
    smuggled = {
        **dict.fromkeys(("account", "owner", "id", "given_by", "whose", "sub"), str(other)),
        **dict.fromkeys(("rights", "right", "name_of_right"), "console.operator"),
        **dict.fromkeys(("locked", "validated", "admin", "hidden", "fulfilled"), "1"),
        **dict.fromkeys(("level", "acr", "minimum"), "certified"),
        **dict.fromkeys(("identifiers", "rpps", "login"), "99700000999"),
        **dict.fromkeys(("state", "until", "since", "revision_of"), "active"),
    }
    wrong = []
    for rule, form in FORMS.items():
        path = path_of(rule, access, here)
        more = {name: text for name, text in smuggled.items() if name not in form.fields}
        with trying(here, form.role) as post:
            post(path, form.fields)
            plain = state(here)
        with trying(here, form.role) as post:
            answer = post(path, {**more, **form.fields})
            loaded = state(here)
        moved = {name for name in loaded if loaded[name] != plain[name]}
        moved -= {name for name in DRAWN if len(loaded[name]) == len(plain[name])}
        if moved or answer.status_code >= 500:
            wrong.append(f"{rule}: {answer.status_code}: {sorted(moved)}")
    assert not wrong, "\n".join(wrong)


def test_script_in_every_text_field_is_shown_as_text(here: World, access: Table) -> None:
    wrong = []
    for rule, form in FORMS.items():
        path = path_of(rule, access, here)
        with trying(here, form.role) as post:
            shown = [post(path, {**form.fields, name: SCRIPT}) for name in form.fields]
            shown += [get(here, form.role, page) for page in led(shown)]
        for answer in shown:
            if answer.status_code >= 500 or (b"<script>alert(1)" in answer.data and html(answer)):
                wrong.append(f"{rule}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "evil", ["javascript:alert(1)", "data:text/html,x", " JaVaScript:alert(1)"]
)
def test_no_field_becomes_a_link_that_runs(here: World, access: Table, evil: str) -> None:
    for rule, form in FORMS.items():
        path = path_of(rule, access, here)
        with trying(here, form.role) as post:
            shown = [post(path, {**form.fields, name: evil}) for name in form.fields]
            shown += [get(here, form.role, page) for page in led(shown)]
        for answer in shown:
            there = (answer.location or "").strip().lower()
            assert not there.startswith(("javascript:", "data:")), rule
            links = re.findall(
                r'(?:href|src|action)="\s*([^"]*)', answer.text if html(answer) else ""
            )
            runs = [each for each in links if each.lower().startswith(("javascript:", "data:text"))]
            assert not runs, f"{rule}: {runs}"


def html(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html"


def led(shown: Sequence[TestResponse]) -> list[str]:
    """The pages of our own that these answers lead to."""
    there = {(each.location or "").removeprefix(HUB) for each in shown}
    return sorted(each for each in there if each.startswith("/") and "/login/" not in each)


def get(world: World, role: str, path: str) -> TestResponse:
    return world.ask(role, "GET", path, {})
