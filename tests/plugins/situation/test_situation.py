"""Choosing the place to act for, and the choice that is remembered."""

import runpy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine

from hub import (
    PUBLIC,
    Access,
    Answer,
    Ask,
    Demandable,
    Done,
    Level,
    Pages,
    SettlesSituation,
    SignedIn,
    Situation,
    Task,
)
from hub.contract.identifiers import ServiceId
from hub.testing.pages import Reader, drawn, plugin_site
from hub.testing.people import ANN, BOB, CLINIC, SURGERY
from hub.testing.settings import TableSettings
from hub.testing.tables import memory_database
from hub.testing.toolbox import MemoryToolbox, Noted
from hub_plugins.actions import situation
from hub_plugins.actions.situation.action import ChooseSituation, shown
from hub_plugins.actions.situation.tables import METADATA, Defaults, tables

FOLDER = Path(str(situation.__file__)).parent
LEVEL = Level(1, "simple", "urn:simple")
WARD = replace(CLINIC, name="Clinique du Parc", structure="990000037", town="Grandval")


@pytest.fixture
def box() -> Iterator[MemoryToolbox]:
    unit_of_work, _, engine = memory_database(METADATA)
    yield MemoryToolbox("situation", unit_of_work=unit_of_work)
    engine.dispose()


@pytest.fixture
def action(box: MemoryToolbox) -> ChooseSituation:
    (found,) = situation.required_actions(TableSettings(), box)
    assert isinstance(found, ChooseSituation)
    return found


def task(box: MemoryToolbox, *places: Situation, acts_for: Situation | None = None) -> Task:
    return Task(
        now=box.time.now,
        account=ANN,
        service=ServiceId("portal"),
        return_url="/",
        places=places or (CLINIC, SURGERY),
        situation=acts_for,
    )


def test_it_settles_the_place_and_may_be_demanded(action: ChooseSituation) -> None:
    assert isinstance(action, SettlesSituation) and isinstance(action, Demandable)
    assert action.name == "situation"


def test_the_place_chosen_is_the_one_acted_for(action: ChooseSituation, box: MemoryToolbox) -> None:
    done = action.advance(task(box), Answer(fields={"place": "surgery"}))

    assert done == Done(situation="surgery")
    assert action.remembered(ANN, (CLINIC, SURGERY)) is None


@pytest.mark.parametrize("typed", [{}, {"place": ""}, {"place": "somebody-elses"}])
def test_only_a_place_of_the_person_is_a_choice(
    action: ChooseSituation, box: MemoryToolbox, typed: dict[str, str]
) -> None:
    again = action.advance(task(box), Answer(fields={**typed, "remember": "yes"}))

    assert isinstance(again, Ask) and again.refused
    assert again.refused.code == "situation.not_chosen"
    assert action.remembered(ANN, (CLINIC, SURGERY)) is None


def test_a_choice_is_remembered_for_that_person_until_the_next(
    action: ChooseSituation, box: MemoryToolbox
) -> None:
    for place in ("clinic", "surgery"):
        action.advance(task(box), Answer(fields={"place": place, "remember": "yes"}))
    action.advance(task(box), Answer(fields={"place": "clinic"}))

    assert action.remembered(ANN, (CLINIC, SURGERY)) == "surgery"
    assert action.remembered(BOB, (CLINIC, SURGERY)) is None
    assert box.noted[-1] == Noted(
        action="situation.remembered", account=ANN.id, details={"place": "surgery"}
    )


def test_whoever_has_one_place_has_nothing_to_change(
    action: ChooseSituation, box: MemoryToolbox
) -> None:
    assert action.is_open(task(box), fresh=False)
    assert not action.is_open(task(box, CLINIC), fresh=True)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_offers_each_place_with_structure_town_and_role(
    action: ChooseSituation, box: MemoryToolbox, language: str
) -> None:
    asked = action.begin(task(box, WARD, SURGERY, acts_for=SURGERY))
    assert isinstance(asked, Ask)

    form = drawn(asked, box, FOLDER, language)

    assert "Clinique du Parc, Grandval\u00a0: doctor" in form.words
    assert "Cabinet Martin\u00a0: doctor" in form.words
    assert form.fields["place"] == "surgery"


def test_a_place_without_a_town_is_called_by_its_structure() -> None:
    assert shown(CLINIC) == "Clinique du Parc\u00a0: doctor"


def reader(box: MemoryToolbox, *places: Situation) -> Reader:
    acting = places[0] if places else None
    box.person = SignedIn(account=ANN, situation=acting, level=LEVEL, places=places)
    (mine,) = situation.pages(TableSettings(), box)
    opened = Pages(blueprint=mine.blueprint, access=PUBLIC)
    return Reader(plugin_site(opened, box, FOLDER), box.public_address)


def test_the_pages_ask_who_is_there_and_stand_in_the_account(box: MemoryToolbox) -> None:
    (page,) = situation.pages(TableSettings(), box)

    assert page.access == Access(minimum="simple") and page.listed


def test_the_person_reads_their_places_and_forgets_the_choice(
    action: ChooseSituation, box: MemoryToolbox
) -> None:
    action.advance(task(box), Answer(fields={"place": "clinic", "remember": "yes"}))
    browser = reader(box, WARD, SURGERY)

    page = browser.open("/apps/situation/")
    assert "Grandval" in page.words and "choisi d’office" in page.words
    browser.send(page)

    assert action.remembered(ANN, (CLINIC, SURGERY)) is None
    assert box.noted[-1].action == "situation.forgotten"
    assert "Ne plus choisir" not in browser.open("/apps/situation/").words


def test_whoever_has_no_place_reads_whom_to_ask(box: MemoryToolbox) -> None:
    assert "référent" in reader(box).open("/apps/situation/").words


def test_forgetting_twice_does_no_harm(box: MemoryToolbox) -> None:
    defaults = Defaults(box.unit_of_work)
    defaults.keep(ANN.id, "clinic")

    assert defaults.of(ANN.id) == "clinic"
    assert defaults.forget(ANN.id) and not defaults.forget(ANN.id)


def test_migrating_makes_the_table_the_code_speaks_of() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for script in sorted(Path(tables().migrations).glob("*.py")):
                runpy.run_path(str(script))["upgrade"]()
        assert compare_metadata(context, METADATA) == []
    engine.dispose()
