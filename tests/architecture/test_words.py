"""Every catalogue: French is set as French is, and nothing is said in one language or to nobody."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from hub.web.words import read_words

ROOT = Path(__file__).parents[2]
TOPS = ("hub", "plugins", "backends", "frontends", "services_catalog")
FOLDERS = sorted(each.parent for top in TOPS for each in (ROOT / top).rglob("locale"))
HUB = ROOT / "hub"
SPOKEN = {".py", ".html", ".txt", ".js"}
LITERAL = re.compile(r"""["']([\w:.-]+)["']""")
WRITTEN = re.compile(r'f"((?:[^"\\]|\\.)*\{(?:[^"\\]|\\.)*)"')
JOINED = re.compile(r"""((?:"[^"]*"|'[^']*')(?:\s*~\s*(?:"[^"]*"|'[^']*'|[\w.()]+))+)""")
HOLE = "\0"
PART, PARTS = r"[\w:-]+", r"[\w:.-]+"
DOTTED = (
    "refusal.",
    "trail.",
    "holding.",
    "console.told.",
    "developer.error.",
    "developer.part.",
    HOLE,
)
"""What fills their holes has dots of its own: codes, tags of the trail, names of actions."""
ENDINGS = re.compile(r"\.(next|why|title|remedy|do|seen)$")
"""Said beside a key that is used, by whoever was handed that key."""
ELSEWHERE = {
    "card_agent": re.compile(r"(pin|number)\."),  # f"{what}.{name}"
    "demo": re.compile(r".*"),  # words beside claims and services of the region's own making
    "directory": re.compile(r"directory\.column\."),  # one for each column of the export
}
QUOTES = re.compile(r"'|(?<=\w)`|\"\w[^\"]*\"")
UNBOUND = re.compile(r"(?<=[\w»)%’]) [:;?!»]|« (?=\S)")
TIGHT = re.compile(r"[^\W\d_]{2}[;?!](?:\s|$)|[^\W\d_]{2} ?:(?=\s)(?<!\u00a0:)|«(?=\w)|(?<=\w)»")
ENTITIES = re.compile(r"%\(\w+\)s|https?:\S+|hub \w+")


@cache
def texts(folder: Path, tag: str) -> Mapping[str, str]:
    words = read_words({"own": folder}, (tag,))
    found = words._catalogues["own", tag]
    return {key: said if isinstance(said, str) else " ".join(said) for key, said in found.items()}


@cache
def sources(folder: Path) -> str:
    """What a catalogue's keys may be named in: its own folder and the core."""
    files = (
        each
        for top in {folder, HUB}
        for each in sorted(top.rglob("*"))
        if each.suffix in SPOKEN and "locale" not in each.parts
    )
    return "\n".join(each.read_text(encoding="utf-8", errors="replace") for each in files)


def name(folder: Path) -> str:
    return str(folder.relative_to(ROOT))


def put_together(text: str) -> Iterator[str]:
    """Keys that code and templates make of parts, each hole as `\\0`."""
    for body in WRITTEN.findall(text):
        yield re.sub(r"\{[^{}]*\}", HOLE, body)
    for joined in JOINED.findall(text):
        parts = (each.strip() for each in joined.split("~"))
        yield "".join(each[1:-1] if each[:1] in {'"', "'"} else HOLE for each in parts)


@cache
def patterns(folder: Path) -> tuple[re.Pattern[str], ...]:
    found = {each for each in put_together(sources(folder)) if "." in each}
    kept = {
        each
        for each in found
        if re.fullmatch(r"[a-z_]+\.[\w.\0-]+|\0\.(name|hint|button|title)", each)
    }
    return tuple(re.compile(_pattern(each)) for each in sorted(kept))


def _pattern(key: str) -> str:
    hole = PARTS if key.startswith(DOTTED) else PART
    return hole.join(re.escape(each) for each in key.split(HOLE))


def unused(folder: Path) -> set[str]:
    literal = set(LITERAL.findall(sources(folder)))
    known = patterns(folder)

    def named(key: str) -> bool:
        return key in literal or any(each.fullmatch(key) for each in known)

    elsewhere = ELSEWHERE.get(folder.name)
    return {
        key
        for key in texts(folder, "fr")
        if not named(key)
        and not (ENDINGS.search(key) and named(ENDINGS.sub("", key)))
        and not (elsewhere and elsewhere.match(key))
    }


def test_there_are_catalogues() -> None:
    assert len(FOLDERS) >= 15 and sum(len(texts(each, "fr")) for each in FOLDERS) > 1500


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_french_is_set_as_french_is(folder: Path) -> None:
    """Apostrophes are ’, and what stands before : ; ? ! » never breaks away from its word."""
    wrong = []
    for key, said in texts(folder, "fr").items():
        plain = ENTITIES.sub("x", said)
        if QUOTES.search(plain) or UNBOUND.search(plain) or TIGHT.search(plain):
            wrong.append((key, said))
    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_nothing_is_said_in_one_language_only(folder: Path) -> None:
    french, english = texts(folder, "fr"), texts(folder, "en")
    assert french.keys() == english.keys()
    assert [key for key in french if not french[key].strip() or not english[key].strip()] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_no_sentence_is_kept_that_nobody_says(folder: Path) -> None:
    assert unused(folder) == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_english_has_no_trace_of_french(folder: Path) -> None:
    odd = [key for key, said in texts(folder, "en").items() if re.search(r"\u00a0[:;?!]|'", said)]
    assert odd == []


@pytest.mark.parametrize(
    "wrong",
    ["l'heure", "Bonjour !", "Quoi?", "« ici »", "fin ; suite", "un:deux ou\u00a0: trois ?"],
)
def test_the_rules_of_french_can_be_broken(wrong: str) -> None:
    assert QUOTES.search(wrong) or UNBOUND.search(wrong) or TIGHT.search(wrong)
