"""Texts accepted before a service opens, and the proof of it."""

import runpy
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
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
    ConfigErrors,
    Done,
    Json,
    Level,
    Pages,
    Recurring,
    SignedIn,
    Task,
)
from hub.contract.identifiers import ServiceId
from hub.testing.pages import Reader, drawn, plugin_site
from hub.testing.people import ANN, BOB
from hub.testing.settings import TableSettings
from hub.testing.tables import memory_database
from hub.testing.toolbox import MemoryToolbox
from hub_plugins.actions import terms
from hub_plugins.actions.terms.action import AcceptTerms
from hub_plugins.actions.terms.tables import METADATA, Book, tables
from hub_plugins.actions.terms.texts import Text

FOLDER = Path(str(terms.__file__)).parent
WORDS = "Article 1.\nOn se parle\u00a0:\n  bien.\n\n\nArticle 2."
ACCEPTED = Answer(fields={"accept": "yes"})


@pytest.fixture
def box() -> Iterator[MemoryToolbox]:
    unit_of_work, _, engine = memory_database(METADATA)
    yield MemoryToolbox("terms", unit_of_work=unit_of_work)
    engine.dispose()


def declared(folder: Path, version: str = "2026-01", words: str = WORDS) -> TableSettings:
    (folder / "terms.txt").write_text(words)
    text: dict[str, Json] = {"version": version, "title": "Conditions", "file": "terms.txt"}
    return TableSettings(folder, terms={"texts": {"portal": text}})


def action(folder: Path, box: MemoryToolbox, version: str = "2026-01") -> AcceptTerms:
    (found,) = terms.required_actions(declared(folder, version), box)
    assert isinstance(found, AcceptTerms)
    return found


def task(box: MemoryToolbox, asked: object = None) -> Task:
    memory = asked.memory if isinstance(asked, Ask) else {}
    service = ServiceId("portal")
    return Task(now=box.time.now, account=ANN, service=service, return_url="/", memory=memory)


def accept(text: AcceptTerms, box: MemoryToolbox) -> object:
    return text.advance(task(box, text.begin(task(box))), ACCEPTED)


def test_a_text_is_an_action_only_where_a_service_names_it(
    tmp_path: Path, box: MemoryToolbox
) -> None:
    text = action(tmp_path, box)
    assert text.name == "terms.portal"
    assert isinstance(text, Recurring) and not text.everywhere


def test_the_page_shows_the_words_and_asks_once(tmp_path: Path, box: MemoryToolbox) -> None:
    text = action(tmp_path, box)
    asked = text.begin(task(box))
    assert isinstance(asked, Ask)
    assert asked.values["paragraphs"] == ["Article 1. On se parle\u00a0: bien.", "Article 2."]
    assert text.due(ANN, ())
    assert isinstance(accept(text, box), Done)
    assert not text.due(ANN, ())
    assert text.due(BOB, ())


def test_the_box_must_be_ticked(tmp_path: Path, box: MemoryToolbox) -> None:
    text = action(tmp_path, box)
    asked = text.advance(task(box, text.begin(task(box))), Answer())
    assert isinstance(asked, Ask) and asked.refused
    assert asked.refused.code == "terms.not_accepted"
    assert text.due(ANN, ())


def test_a_text_that_was_not_shown_is_not_accepted(tmp_path: Path, box: MemoryToolbox) -> None:
    shown = action(tmp_path, box).begin(task(box))
    (newer,) = terms.required_actions(declared(tmp_path, words="Article 3."), box)
    assert isinstance(newer, AcceptTerms)
    again = newer.advance(task(box, shown), ACCEPTED)
    assert isinstance(again, Ask) and again.values["paragraphs"] == ["Article 3."]
    assert newer.due(ANN, ())


def test_a_new_version_is_accepted_again_and_both_proofs_stay(
    tmp_path: Path, box: MemoryToolbox
) -> None:
    accept(action(tmp_path, box), box)
    box.time.later(days=30)
    newer = action(tmp_path, box, "2026-02")
    assert newer.due(ANN, ())
    accept(newer, box)
    assert not newer.due(ANN, ())
    kept = Book(box.unit_of_work).of(ANN.id)
    assert [each.version for each in kept] == ["2026-02", "2026-01"]
    assert kept[0].at - kept[1].at == timedelta(days=30)
    assert {each.sha256 for each in kept} == {sha256(WORDS.encode()).hexdigest()}
    assert [note.details for note in box.noted] == [
        {"text": "Conditions", "key": "portal", "version": version}
        for version in ("2026-01", "2026-02")
    ]


def test_accepting_twice_keeps_the_first_proof(tmp_path: Path, box: MemoryToolbox) -> None:
    text = action(tmp_path, box)
    accept(text, box)
    first = box.time.now
    box.time.later(minutes=5)
    assert isinstance(accept(text, box), Done)
    (kept,) = Book(box.unit_of_work).of(ANN.id)
    assert kept.at == first


def test_every_text_that_cannot_be_shown_is_reported_at_once(
    tmp_path: Path, box: MemoryToolbox
) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "latin.txt").write_bytes("é".encode("latin-1"))
    texts: dict[str, Json] = {
        key: {"version": "1", "title": "t", "file": f"{key}.txt"}
        for key in ("missing", "empty", "latin")
    }
    with pytest.raises(ConfigErrors) as caught:
        list(terms.required_actions(TableSettings(tmp_path, terms={"texts": texts}), box))
    paths = [error.path for error in caught.value.errors]
    assert paths == [f"plugin.terms.texts.{key}.file" for key in ("missing", "empty", "latin")]


def test_the_list_of_what_one_accepted_asks_who_one_is(box: MemoryToolbox) -> None:
    (page,) = terms.pages(TableSettings(), box)
    assert page.access == Access(minimum="simple")


def test_migrating_makes_the_table_the_code_speaks_of() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for script in sorted(Path(tables().migrations).glob("*.py")):
                runpy.run_path(str(script))["upgrade"]()
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_person_who_has_accepted_nothing_has_an_empty_list(box: MemoryToolbox) -> None:
    assert Book(box.unit_of_work).of(ANN.id) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_text_stands_on_the_page_with_a_box_to_tick(
    tmp_path: Path, box: MemoryToolbox, language: str
) -> None:
    asked = action(tmp_path, box).begin(task(box))
    assert isinstance(asked, Ask)
    form = drawn(asked, box, FOLDER, language)
    assert "Article 2." in form.words and "2026-01" in form.words
    assert form.fields == {"accept": "yes"}


def test_the_person_reads_what_they_accepted_and_when(tmp_path: Path, box: MemoryToolbox) -> None:
    accept(action(tmp_path, box), box)
    level = Level(1, "simple", "urn:simple")
    box.person = SignedIn(account=ANN, situation=None, level=level)
    (mine,) = terms.pages(TableSettings(), box)
    opened = Pages(blueprint=mine.blueprint, access=PUBLIC)
    read = Reader(plugin_site(opened, box, FOLDER), box.public_address).open("/apps/terms/mine")
    assert "Conditions" in read.words and "1 janvier 2026" in read.words
    box.person = SignedIn(account=BOB, situation=None, level=level)
    again = Reader(plugin_site(opened, box, FOLDER), box.public_address).open("/apps/terms/mine")
    assert "2026-01" not in again.words


def test_how_many_accepted_this_version_and_how_many_only_an_earlier_one(
    box: MemoryToolbox, tmp_path: Path
) -> None:
    book = Book(box.unit_of_work)
    old, new = (
        Text(key="portal", version=each, title="T", paragraphs=(), digest="d") for each in "12"
    )
    book.write(ANN.id, old, box.clock())
    book.write(BOB.id, old, box.clock())
    book.write(BOB.id, new, box.clock())
    told = AcceptTerms(new, book, lambda account, text: None).standing()
    assert (told.accepted, told.before) == (1, 1)
    assert told.setting == "plugin.terms.texts.portal"
    nobody = Text(key="other", version="1", title="T", paragraphs=(), digest="d")
    assert book.standing(nobody) == (0, 0)
