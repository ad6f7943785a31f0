"""How many SQL statements each page costs at the real server, whoever reads it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from hub.contract.values import value
from tests.flows.access_table import Cell, cells, table
from tests.flows.access_world import World
from tests.flows.test_every_page import MOST_STATEMENTS, NO_PAGES
from tests.peers.page_region import Served, served_region

COUNTING = Path(__file__).parent / "counting"
_BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@value
class Counted:
    served: Served
    statements: Path

    def get(self, role: str, path: str) -> tuple[int, Sequence[str]]:
        before = self.statements.stat().st_size
        status = self.served.get(self.served.cookies(role), path)
        with self.statements.open(encoding="utf-8") as written:
            written.seek(before)
            ran = written.read().splitlines()
        return status, [each for each in ran if not each.startswith(_BRACKETS)]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    folder = tmp_path_factory.mktemp("pages")
    statements = folder / "statements"
    with served_region(folder, _environment(statements)) as served:
        yield Counted(served=served, statements=statements)


def test_each_page_keeps_to_ten_statements_at_the_real_server(here: Counted) -> None:
    pages = list(_pages(here.served.world))
    assert len(pages) > 200
    dear: dict[str, Sequence[str]] = {}
    for each in pages:
        status, ran = _asked(here, each)
        assert status < 500, each.rule
        if len(ran) > MOST_STATEMENTS:
            dear[f"{each.rule} as {each.role}"] = ran
    assert not dear


def test_the_statements_of_a_page_are_seen_at_all(here: Counted) -> None:
    """Else nothing would be counted, and nothing dear."""
    status, ran = here.get("operator", "/console/services")
    assert status == 200 and sum("FROM browser_session" in each for each in ran) == 1


def _pages(here: World) -> Iterator[Cell]:
    for each in cells(table(), here.rules):
        read = each.method == "GET" and each.expected == "open"
        if read and not NO_PAGES.match(each.rule):
            yield each


def _asked(here: Counted, cell: Cell) -> tuple[int, Sequence[str]]:
    path = cell.path(here.served.world)
    status, ran = here.get(cell.role, path)
    if len(ran) <= MOST_STATEMENTS:
        return status, ran
    # What a process reads once in its life is no page's.
    return here.get(cell.role, path)


def _environment(statements: Path) -> Mapping[str, str]:
    path = os.pathsep.join(filter(None, (str(COUNTING), os.environ.get("PYTHONPATH", ""))))
    return {"PYTHONPATH": path, "HUB_STATEMENTS": str(statements)}
