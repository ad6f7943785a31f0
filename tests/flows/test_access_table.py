"""Who may do what, cell by cell: `tests/access.toml` against every address there is."""

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.flows.access_table import (
    METHODS,
    OUTCOMES,
    Table,
    address,
    advice,
    cells,
    outcome,
    routed,
    table,
)
from tests.flows.access_world import ROLES, World, world
from tests.flows.region import HUB, opened

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = world(opened(template, tmp_path_factory.mktemp("access") / "region"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def expected() -> Table:
    return table()


def test_every_kind_names_every_role_and_one_outcome_for_each(expected: Table) -> None:
    for name, kind in expected.kinds.items():
        assert set(kind) == set(ROLES), name
        assert set(kind.values()) <= OUTCOMES, name


def test_every_address_stands_in_the_table_once_with_all_its_methods(
    here: World, expected: Table
) -> None:
    missing = []
    for rule, methods in routed(here.rules).items():
        found = expected.of(rule)
        if len(found) != 1 or set(found[0].expected) != methods:
            stands = [sorted(each.expected) for each in found]
            missing.append(f"# stands there: {stands}{advice(rule, methods, expected, here)}")
    assert not missing, "write in tests/access.toml, after thinking:\n" + "\n".join(missing)


def test_the_table_names_no_address_that_is_gone(here: World, expected: Table) -> None:
    named = [each for entry in expected.entries for each in entry.routes]
    assert not set(named) - set(routed(here.rules))


def test_each_role_meets_what_the_table_says(here: World, expected: Table) -> None:
    tried = list(cells(expected, here.rules))
    wrong = [
        f"{each.method} {each.rule} ({each.whose}) as {each.role}: {came}, not {each.expected}"
        for each in tried
        if (came := each.came(here)) != each.expected
    ]
    assert not wrong, "\n".join(wrong)
    shown = Counter(each.expected for each in tried)
    assert len(tried) >= 1500 and set(shown) == OUTCOMES, shown


def test_a_method_nobody_declared_is_none(here: World) -> None:
    at = here.rules.bind("hub.test")
    for rule in routed(here.rules):
        path = address(rule, {}, "operator", here)
        # Another address may fit as well: `/services/view` is a `/services/<name>`.
        for method in sorted(set(METHODS) - set(at.allowed_methods(path))):
            came = outcome(here.ask("operator", method, path, {}), path, "operator")
            assert came == "no method", (method, path)


def test_every_plugin_with_pages_is_among_them(here: World) -> None:
    mounted = {each.partition("/")[0] for each in here.region.app.equipped.pages}
    missing = []
    for each in entry_points(group="hub"):
        plugin = each.load()
        if callable(getattr(plugin, "pages", None)) and each.name not in mounted:
            missing.append(each.name)
    assert not missing, f"pages of these plugins are in no cell of {HUB}: {missing}"
