"""The national extraction comes in whole, once, and from where it stopped."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from sqlalchemy import create_engine

from hub_services.directory import importing
from hub_services.directory.commands import run
from hub_services.directory.extraction import LONGEST_LINE, Reader, Unreadable, WrongHeader
from hub_services.directory.generating import lines
from hub_services.directory.importing import Progress, TooMuchGone
from hub_services.directory.index import Index
from hub_services.directory.tables import TABLES, WORDS

from .conftest import Town, header, line, migrated, told

ONE, TWO = line("99700000001", "UN"), line("99700000002", "DEUX")


def test_the_same_file_twice_is_once(town: Town) -> None:
    first = town.bring(ONE, TWO)
    assert (first.lines, first.unread, first.already) == (2, 0, False)
    assert town.bring(ONE, TWO).already
    again = town.bring(ONE, TWO, again=True)
    assert not again.already and town.found(where="nancy").count == 2
    assert [len(each.places) for each in town.found(where="nancy").entries] == [1, 1]


def test_who_is_not_in_the_next_file_leaves(town: Town) -> None:
    town.bring(*(line(f"9970000010{n}", f"RESTE{n}") for n in range(8)), ONE)
    town.bring(*(line(f"9970000010{n}", f"RESTE{n}") for n in range(8)), name="next.txt")
    assert town.found(who="un").count == 0 and town.found(who="reste").count == 8


def test_a_place_given_up_leaves_with_its_words(town: Town) -> None:
    town.bring(ONE, line("99700000001", "UN", town="Metz"))
    town.bring(ONE, name="next.txt")
    assert town.found(where="metz").count == 0 and town.found(where="nancy").count == 1


def test_half_a_file_ends_nobody_unless_told_to(town: Town) -> None:
    town.bring(*(line(f"9970000010{n}", f"RESTE{n}") for n in range(9)))
    half = line("99700000100", "RESTE0") + ONE[:40]
    with pytest.raises(TooMuchGone, match="8 of 9"):
        town.bring(half, name="half.txt")
    assert town.found(who="reste").count == 9
    done = town.bring(half, name="half.txt", all_gone=True)
    assert town.found(who="reste").count == 1 and done.unread == 1


def test_an_import_that_stopped_goes_on_from_there(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    file = town.folder / "long.txt"
    file.write_text(header() + "".join(lines(7)).partition("\n")[2], encoding="utf-8")
    written: list[int] = []
    write = Index.write

    def broken(self: Index, found: list[object], source: str, seen: int) -> int:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(len(found))
        return write(self, found, source, seen)  # type: ignore[arg-type]

    with monkeypatch.context() as power:
        power.setattr(Index, "write", broken)
        with pytest.raises(KeyboardInterrupt):
            town.importing().run(file)
    told.clear()
    done = town.importing().run(file)
    assert done.lines == 7 and [each.lines for each in told] == [6, 7]
    assert isinstance(told[0], Progress) and told[-1].bytes == told[-1].size


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("Libellé commune", "Commune"), "missing: Libellé commune; unknown: Commune"),
        (("|Libellé commune", ""), "missing: Libellé commune; unknown: none"),
        (("Libellé commune", "Libellé commune|Altitude"), "unknown: Altitude"),
        (("Libellé commune", "Code postal"), "missing: Libellé commune"),
    ],
)
def test_a_changed_header_is_refused_with_the_difference(
    town: Town, changed: tuple[str, str], said: str
) -> None:
    file = town.folder / "other.txt"
    file.write_text(header().replace(*changed) + ONE, encoding="utf-8")
    with pytest.raises(WrongHeader, match=said):
        town.importing().run(file)


def test_the_published_header_is_read_with_its_notes_and_last_separator() -> None:
    noted = header().replace("Code postal", "Code postal (coord. structure)").strip() + "|\n"
    reader = Reader(b"\xef\xbb\xbf" + noted.encode())
    assert reader.line((ONE.strip() + "|\r\n").encode()).person.key == "rpps:99700000001"


@pytest.mark.parametrize(
    "bad",
    [
        b"one|two\n",
        ONE.encode()[:-1],
        ONE.replace("UN", "U\x00N").encode(),
        ONE.replace("UN", "é").encode("latin-1"),
        ONE.replace("UN", "A" * LONGEST_LINE).encode(),
        ONE.replace("|UN|", "||").encode(),
        ONE.replace("99700000001", "997-1").encode(),
        ONE.replace("8|", "7|", 1).encode(),
    ],
    ids=["columns", "cut", "control", "encoding", "long", "nameless", "number", "kind"],
)
def test_a_line_that_says_nothing_is_counted_and_named(town: Town, bad: bytes) -> None:
    with pytest.raises(Unreadable):
        Reader(header().encode()).line(bad)
    file = town.folder / "mixed.txt"
    file.write_bytes(header().encode() + TWO.encode() + bad)
    done = town.importing().run(file)
    assert done.lines == 1 and done.unread >= 1 and done.first[0].startswith("2: ")


def test_invented_lines_are_the_same_for_the_same_seed() -> None:
    assert list(lines(50, 3)) == list(lines(50, 3)) != list(lines(50, 4))
    reader = Reader(header().encode())
    assert all(reader.line(each.encode()) for each in list(lines(50))[1:])


def test_the_command_generates_and_imports(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    file = town.folder / "made.txt"
    assert run(town.toolbox, ["generate", "30", str(file), "--seed", "5"]) == 0
    assert run(town.toolbox, ["import", str(file)]) == 0
    assert run(town.toolbox, ["import", str(file)]) == 0
    assert run(town.toolbox, ["import", str(town.folder / "none.txt")]) == 1
    said = capsys.readouterr()
    assert "30 lines came in, 0 could not be read" in said.out and "came in before" in said.out
    assert "none.txt" in said.err


def test_migrating_makes_the_tables_the_code_speaks_of(tmp_path: Path) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = migrated(connection)
        context.opts["include_object"] = lambda _o, name, *_: not str(name).startswith(WORDS)
        assert compare_metadata(context, TABLES.metadata) == []
    engine.dispose()
