"""From wherever somebody stands, and whatever happens to them there, a next step leads on."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from hub.broker.assurance import Decision
from hub.broker.broker import Broker
from hub.broker.records import Gone
from hub.broker.scene import Scene
from hub.contract.assurance import Shortfall
from hub.contract.steps import Step, TaskStep
from tests.flows.browser import Page
from tests.flows.psc import Psc
from tests.flows.region import Region, opened
from tests.flows.standing import PLACES, Scenery, Stand
from tests.flows.traveller import Traveller

pytestmark = pytest.mark.slow

CELLS = 147
"""Places where one may stand, times what may happen there. May only grow."""
Upset = Callable[[Stand], tuple[Traveller, Page]]


def back(stand: Stand) -> tuple[Traveller, Page]:
    """The page before, as the browser kept it, its form still there to be sent."""
    return stand.traveller, stand.pages[-2]


def reload(stand: Stand) -> tuple[Traveller, Page]:
    return stand.traveller, stand.traveller.browser.open(stand.pages[-1].address)


def bookmark(stand: Stand) -> tuple[Traveller, Page]:
    """The address was kept, and is opened two days later."""
    region = stand.traveller.region
    region.clock.later(days=2)
    region.app.worker.turn()
    return reload(stand)


def second_tab(stand: Stand) -> tuple[Traveller, Page]:
    """The same service, all the way, in another tab; then on in the first one."""
    stand.traveller.go_on(stand.traveller.begin())
    return stand.traveller, stand.pages[-1]


def expired(stand: Stand) -> tuple[Traveller, Page]:
    """An hour at somebody's bed: the sign-in is too old, and so is the session."""
    stand.traveller.region.clock.later(hours=1)
    return stand.traveller, stand.pages[-1]


def restart(stand: Stand) -> tuple[Traveller, Page]:
    stand.traveller.region.restart()
    return stand.traveller, stand.pages[-1]


def other_browser(stand: Stand) -> tuple[Traveller, Page]:
    there = replace(stand.traveller, browser=stand.traveller.region.browser())
    return there, there.browser.open(stand.pages[-1].address)


UPSETS: Mapping[str, Upset] = {
    each.__name__: each
    for each in (back, reload, bookmark, second_tab, expired, restart, other_browser)
}
REACHES = {reach.__name__: reach for reach in PLACES.values()}


@pytest.fixture(scope="module")
def here(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenery]:
    folder = tmp_path_factory.mktemp("ends")
    plain, consenting = opened(template, folder / "plain"), opened(template, folder / "asking")
    _asks_for_agreement(consenting)
    for region in (plain, consenting):
        Psc(region)
    yield Scenery(region=plain, consenting=consenting)


@pytest.mark.parametrize("upset", UPSETS)
@pytest.mark.parametrize("reach", REACHES)
def test_a_next_step_leads_on(here: Scenery, reach: str, upset: str) -> None:
    stand = REACHES[reach](here)
    try:
        traveller, page = UPSETS[upset](stand)
        traveller.go_on(page)
    finally:
        stand.after()


def test_every_value_has_a_place_and_every_place_a_value() -> None:
    assert set(PLACES) == set(_values())


def test_the_number_of_cells_only_grows() -> None:
    cells = len(REACHES) * len(UPSETS)
    print(f"no dead end: {len(PLACES)} values, {cells} cells")
    assert cells >= CELLS, "a place or an upset is gone"
    assert cells == CELLS, f"more are tried now: CELLS = {cells}"


def _values() -> Iterator[str]:
    for name, union in (("Step", Step), ("TaskStep", TaskStep), ("Decision", Decision)):
        yield from (f"{name}.{each.__name__}" for each in get_args(union))
    for enum in (Shortfall, Gone):
        yield from (f"{enum.__name__}.{each.name}" for each in _members(enum))
    yield from sorted(f"Outcome.{each.__name__}" for each in _outcomes())


def _members(enum: type[Enum]) -> Iterator[Enum]:
    yield from enum


def _outcomes() -> set[type]:
    """Whatever the broker may reply, beside what methods and actions reply themselves."""
    replies: set[type] = set()
    for name, method in inspect.getmembers(Broker, inspect.isfunction):
        if not name.startswith("_"):
            told = get_type_hints(method)["return"]
            replies |= set(get_args(told)) or {told}
    # A scene is what is read, and moves nobody.
    return replies - {*get_args(Step), *get_args(TaskStep), NoneType, Scene}


def _asks_for_agreement(region: Region) -> None:
    file = region.folder / "hub.toml"
    text, asking = file.read_text(encoding="utf-8"), "[service.emage.oidc]\n"
    assert text.count(asking) == 1
    file.write_text(text.replace(asking, f"{asking}consent = true\n"), encoding="utf-8")
    region.restart()
