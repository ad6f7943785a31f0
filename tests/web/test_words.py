"""Words: every key used is written in both languages, and the right one is found."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.contract.assurance import Shortfall
from hub.contract.steps import Refusal
from hub.broker import refusals
from hub.web.words import HUB, Words, read_words
from tests.web.site import WEB

LANGUAGES = ("fr", "en")
KEY = re.compile(r"""\bt\(\s*["']([\w.-]+)["']\s*[,)]""")
IN_CODE = re.compile(r"""\bwords\(\s*f?["']([\w.-]+)["']\s*[,)]""")
STATUSES = ("400", "403", "404", "405", "413", "414", "431", "500", "503", "other")
PAGES = (*STATUSES, "stale", "cookies", "finished", "other_browser")
HOLE = re.compile(r"%\((\w+)\)s")


def catalogue(language: str) -> dict[str, str]:
    alone = read_words({HUB: WEB}, (language,), strict=True)
    texts = alone._catalogues[HUB, language]
    return {key: text if isinstance(text, str) else " ".join(text) for key, text in texts.items()}


def used() -> set[str]:
    keys = {
        key for file in (WEB / "templates").rglob("*.html") for key in KEY.findall(file.read_text())
    }
    keys |= {key for file in WEB.glob("*.py") for key in IN_CODE.findall(file.read_text())}
    keys |= {f"shortfall.{why}{end}" for why in Shortfall for end in ("", ".next")}
    own = [each for each in vars(refusals).values() if isinstance(each, Refusal)]
    codes = [*(each.code for each in own), "hub.too_many_tries"]
    keys |= {f"refusal.{code}{end}" for code in codes for end in ("", ".next")}
    return keys | {f"error.{page}.{part}" for page in PAGES for part in ("title", "why", "next")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_used_is_written(language: str) -> None:
    assert len(used()) > 80
    assert used() - catalogue(language).keys() == set()


def test_both_languages_say_the_same_things() -> None:
    french, english = catalogue("fr"), catalogue("en")
    assert french.keys() == english.keys()
    for key, text in french.items():
        assert set(HOLE.findall(text)) == set(HOLE.findall(english[key])), key


def test_french_is_set_as_french_is() -> None:
    for key, text in catalogue("fr").items():
        assert "'" not in text, key
        assert not re.search(r" [:;?!»]|« (?! )", text.replace("\u00a0", "~")), key


@pytest.fixture
def both(tmp_path: Path) -> Words:
    for owner, lines in {"hub": {"a": "hub a", "b": "hub b"}, "own": {"a": "own a"}}.items():
        folder = tmp_path / owner / "locale"
        folder.mkdir(parents=True)
        text = "".join(f'msgid "{key}"\nmsgstr "{said}"\n\n' for key, said in lines.items())
        (folder / "fr.po").write_text(text)
    (tmp_path / "own" / "locale" / "en.po").write_text(
        'msgid "a"\nmsgstr "own a, %(who)s"\n\n'
        'msgid "n"\nmsgid_plural "n"\nmsgstr[0] "%(n)s try"\nmsgstr[1] "%(n)s tries"\n'
        '\nmsgid "refusal.own.late"\nmsgstr "Wait %(wait)s."\n'
        '\nmsgid "refusal.own.late.next"\nmsgstr "Then try."\n'
        '\nmsgid "refusal.own.gone"\nmsgstr "Over on %(last)s."\n'
        '\nmsgid "refusal.own.gone.next"\nmsgstr "Ask."\n'
    )
    return read_words({"hub": tmp_path / "hub", "own": tmp_path / "own"}, LANGUAGES, strict=True)


def test_a_plugins_own_words_come_first_then_the_hubs(both: Words) -> None:
    assert (both.text("fr", "a", "own"), both.text("fr", "b", "own")) == ("own a", "hub b")


def test_what_is_not_translated_is_said_in_french(both: Words) -> None:
    assert both.text("en", "b", "own") == "hub b"


def test_a_key_without_words_is_found_by_the_tests(both: Words) -> None:
    with pytest.raises(KeyError):
        both.text("fr", "nothing")


def test_a_key_without_words_stops_no_page_in_service(tmp_path: Path) -> None:
    assert read_words({"hub": tmp_path}, LANGUAGES).text("fr", "nothing") == "nothing"


def test_numbers_choose_their_form(both: Words) -> None:
    assert [both.text("en", "n", "own", n=n) for n in (1, 2)] == ["1 try", "2 tries"]


def test_spans_are_said_in_words(both: Words) -> None:
    late = Refusal(code="own.late", detail={"wait_seconds": 300})
    assert both.refusal("en", late, "own").why == "Wait 5 minutes."


def test_days_are_said_as_each_language_writes_them(both: Words) -> None:
    gone = Refusal(code="own.gone", detail={"last_day": "2027-03-01"})
    assert both.refusal("en", gone, "own").why == "Over on March 1, 2027."


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ([["en"], [], ["fr"]], "en"),
        ([[], ["de", "en-GB"], ["fr"]], "en"),
        ([[], [], ["de"]], "fr"),
        ([[], ["EN_us"], []], "en"),
    ],
)
def test_the_first_language_wished_that_is_spoken(
    both: Words, wishes: list[list[str]], expected: str
) -> None:
    assert both.chosen(*wishes) == expected


def test_hours_are_those_of_the_region(both: Words) -> None:
    summer = datetime(2026, 7, 1, 6, 5, tzinfo=UTC)
    assert both.hour("fr", summer) == "8\u00a0h\u00a005"
    assert both.day("fr", summer) == "1 juillet 2026"
