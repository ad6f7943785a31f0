"""Every form of the hub answers on PostgreSQL, sent once and sent again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.access_table import Table, table
from tests.flows.access_world import World, world
from tests.flows.books import PostgresBook
from tests.flows.every_form import FORMS, path_of, trying
from tests.flows.region import made, opened
from tests.peers.database import Cluster

NAME = "every_form"


@pytest.fixture
def here(postgres: Cluster, tmp_path: Path) -> Iterator[World]:
    made(tmp_path / "template", postgres.create(NAME))
    region = opened(tmp_path / "template", tmp_path / "region")
    book = PostgresBook(postgres, NAME, lambda: region.app.database.engine.dispose())
    built = world(region, book)
    yield built
    built.close()


def test_no_form_fails_on_postgresql(here: World) -> None:
    access: Table = table()
    answers: dict[str, list[int]] = {}
    for rule, form in FORMS.items():
        path = path_of(rule, access, here)
        with trying(here, form.role) as post:
            answers[rule] = [post(path, form.fields).status_code for _ in range(2)]
    assert {rule: said for rule, said in answers.items() if max(said) >= 500} == {}
    assert sum(min(said) < 400 for said in answers.values()) > len(answers) / 2
