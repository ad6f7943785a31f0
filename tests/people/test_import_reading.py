"""A CSV file of people: whatever it holds, each line is read or refused with a reason."""

import tracemalloc
from collections.abc import Iterator
from io import BytesIO, RawIOBase

import pytest

from hub.people.import_reading import (
    LONGEST_LINE,
    Heading,
    Line,
    Unread,
    heading,
    lines,
    safe_cell,
)

HEAD = "nom;prénom;mail;mobile;numéro;fonction;profession;structure\n"
CLEO = "d’Arc;Cléo;cleo@clinique.test;;99700000123;Infirmière;;Clinique du Parc\n"


def read(content: bytes) -> list[Line]:
    file = BytesIO(content)
    how = heading(file)
    assert isinstance(how, Heading), how
    return list(lines(file, how))


def whys(content: str) -> list[str]:
    return [each.why for each in read((HEAD + content).encode())]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_ways_a_spreadsheet_writes_are_recognised(
    encoding: str, delimiter: str, end: str
) -> None:
    text = (HEAD + CLEO).replace(";", delimiter).replace("\n", end)
    (line,) = read(text.encode(encoding))
    assert (line.number, line.why) == (2, "")
    assert line.typed.family_name == "d’Arc" and line.typed.given_name == "Cléo"
    assert line.typed.structure == "Clinique du Parc"


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named() -> None:
    file = BytesIO(b"Structure;Fonction;PRENOM;Nom;Couleur;rights\nS;F;P;N;bleu;console.operator\n")
    how = heading(file)
    assert isinstance(how, Heading) and how.ignored == ("Couleur", "rights")
    (line,) = lines(file, how)
    assert (line.typed.structure, line.typed.role, line.typed.family_name) == ("S", "F", "N")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\r\n", "empty"),
        (HEAD.encode("utf-16"), "utf16"),
        (b"nom;prenom\n", "heading"),
        (b"nom;nom;prenom;fonction;structure\n", "heading"),
        (b"\x81\x8d;\n", "heading"),
        (b'"nom;prenom;fonction;structure\n', "heading"),
        (b"x" * 2 * LONGEST_LINE, "heading"),
        (b"PK\x03\x04 a workbook, not a text\n", "heading"),
    ],
)
def test_a_file_that_is_none_says_why(content: bytes, why: str) -> None:
    assert heading(BytesIO(content)) == Unread(why=why)


def test_a_line_in_a_wrong_encoding_is_refused_alone() -> None:
    wrong = "d’Arc;Cl\x81o;;;;I;;S\n".encode("latin-1", "replace")
    found = read(HEAD.encode() + CLEO.encode() + wrong + CLEO.encode())
    assert [each.why for each in found] == ["", "encoding", ""]
    marked = read(b"\xef\xbb\xbf" + HEAD.encode() + CLEO.encode("cp1252"))
    assert [each.why for each in marked] == ["encoding"]


def test_half_a_file_loses_its_last_line_and_says_so() -> None:
    assert whys(CLEO + "Durand;Zoé;zoe@cli") == ["", "cut"]
    assert whys(CLEO + '"Durand;Zoé;z;;;I;;S') == ["", "cut"]
    assert whys(CLEO.rstrip("\n")) == [""]


def test_a_quote_that_nothing_closes_costs_one_line() -> None:
    assert whys('"Durand;Zoé;z;;;I;;S\n' + CLEO) == ["quote", ""]
    assert whys("a;b;c\n" + CLEO) == ["columns", ""]


def test_what_no_keyboard_types_is_refused_and_shown_harmless() -> None:
    (line,) = read(HEAD.encode() + b"d\x00Arc;Cl\x1b[31m;;;;I;;S\n")
    assert line.why == "characters" and line.raw.isprintable()


def test_a_quoted_cell_keeps_its_delimiters() -> None:
    (line,) = read(HEAD.encode() + b'A;B;;;;"Aide; de nuit";;S\n')
    assert line.typed.role == "Aide; de nuit"


def test_empty_lines_are_passed_over_and_still_counted() -> None:
    found = read((HEAD + "\n;;;;;;;\n" + CLEO).encode())
    assert [(each.number, each.why) for each in found] == [(4, "")]


def test_a_line_that_never_ends_is_refused_without_being_kept() -> None:
    found = read(HEAD.encode() + b"x" * 3_000_000 + b"\n" + CLEO.encode())
    assert [(each.number, each.why, len(each.raw)) for each in found] == [
        (2, "long", 0),
        (3, "", len(CLEO) - 1),
    ]


class Endless(RawIOBase):
    """A hundred thousand lines that stand nowhere."""

    def __init__(self, many: int) -> None:
        self._next: Iterator[bytes] = iter([HEAD.encode(), *[CLEO.encode()] * many])

    def readline(self, size: int | None = -1) -> bytes:
        return next(self._next, b"")


def test_a_hundred_thousand_lines_take_the_memory_of_one() -> None:
    file = Endless(100_000)
    how = heading(file)  # type: ignore[arg-type]
    assert isinstance(how, Heading)
    tracemalloc.start()
    count = 0
    for _ in lines(file, how):  # type: ignore[arg-type]
        count += 1
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000 and most < 200_000


@pytest.mark.parametrize("begins", ["=1+1", "+33", "-1", "@SUM", "\tx", "\rx"])
def test_a_formula_leaves_as_text_and_comes_back_as_written(begins: str) -> None:
    assert safe_cell(begins) == f"'{begins}" and safe_cell("d’Arc") == "d’Arc"
    if begins.isprintable():
        (line,) = read(f"{HEAD}A;B;;'{begins};;I;;S\n".encode())
        assert line.typed.mobile == begins
