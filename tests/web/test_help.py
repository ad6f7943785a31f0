"""The help centre: Markdown in two languages, the operator's own in front, nothing that runs."""

from pathlib import Path

import pytest

from hub.contract.errors import ConfigError
from hub.web.help_pages import read_help

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    each.parent.parent
    for folder in ("hub", "plugins", "backends")
    for each in (ROOT / folder).glob("**/help/fr/*.md")
)
ONE = "# Le lecteur\n\nBranchez-le.\n"


def written(folder: Path, name: str, text: str, language: str = "fr") -> Path:
    file = folder / language / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


def test_every_page_shipped_is_there_in_french_and_in_english() -> None:
    centre = read_help(SHIPPED, ("fr", "en"))
    french, english = ({p.name: p for p in centre.all(tag)} for tag in ("fr", "en"))
    asked = {"password", "sent_code", "totp", "passkey", "psc", "cps", "card-windows", "card-pin"}
    assert french.keys() == english.keys() >= asked
    assert all(english[name].title != french[name].title for name in french)


def test_a_page_of_the_operators_replaces_ours_and_another_joins(tmp_path: Path) -> None:
    ours = written(tmp_path / "ours", "40-cps.md", ONE)
    theirs = written(tmp_path / "theirs", "40-cps.md", "# Notre carte\n")
    written(theirs, "99-canteen.md", "# La cantine\n")
    titles = [each.title for each in read_help([ours, theirs], ("fr", "en")).all("fr")]
    assert titles == ["Notre carte", "La cantine"]


def test_a_page_without_a_translation_is_shown_in_the_first_language(tmp_path: Path) -> None:
    centre = read_help([written(tmp_path, "40-cps.md", ONE)], ("fr", "en"))
    found = centre.find("en", "cps")
    assert found and found.title == "Le lecteur" and centre.find("en", "other") is None


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "<img src=x onerror=alert(1)>",
        "![x](javascript:alert(1))",
    ],
)
def test_nothing_in_a_page_runs(tmp_path: Path, text: str) -> None:
    page = read_help([written(tmp_path, "1-x.md", f"# X\n\n{text}\n")], ("fr",)).find("fr", "x")
    assert page
    for bad in ("<script", "<img", 'href="javascript', 'href="data', 'src="javascript'):
        assert bad not in page.inside


@pytest.mark.parametrize("text", ["no title\n", "", "# X\n" + "a" * 100_001], ids=len)
def test_a_file_that_is_no_page_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"1-x\.md"):
        read_help([written(tmp_path, "1-x.md", text)], ("fr",))


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, "1-x.md", ONE)
    (folder / "fr" / "1-x.md").write_bytes("# é".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"1-x\.md"):
        read_help([folder], ("fr",))
