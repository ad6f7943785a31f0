"""The operator's guide can be followed: what it says to write is a hub that works."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from hub import cli

pytestmark = pytest.mark.slow
GUIDE = Path(__file__).parents[2] / "docs" / "operator.md"
POSTGRESQL = "postgresql+psycopg://hub@/hub"


def written(beginning: str) -> str:
    """The block of the guide that begins so."""
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [each for each in map(dedent, blocks) if each.startswith(beginning)]
    return found


def run(folder: Path, *words: str) -> int:
    return cli.main([*words, "--config", str(folder / "hub.toml")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = written('environment = "production"')
    assert POSTGRESQL in text
    text = text.replace(POSTGRESQL, "sqlite:///hub.db")
    (tmp_path / "hub.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_first_hub_is_made_and_nothing_is_wrong_with_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "setup") == 0
    assert run(folder, "check") == 0
    assert run(folder, "account", "create", "--operator") == 0
    assert "https://acces.region.example/" in capsys.readouterr().out


def test_the_first_service_may_be_added_as_it_stands(folder: Path) -> None:
    with (folder / "hub.toml").open("a", encoding="utf-8") as file:
        file.write(written("[service.medimail]"))
    secret = folder / "medimail.secret"
    secret.write_text("a secret of the service's, long enough to be one\n", encoding="utf-8")
    secret.chmod(0o600)
    assert run(folder, "setup") == 0
    assert run(folder, "check") == 0


def test_people_are_imported_as_the_guide_writes_them(folder: Path) -> None:
    people = written("[[person]]").replace('secret = "…"', 'secret = "quatre-chats-sur-le-toit"')
    (folder / "people.toml").write_text(people, encoding="utf-8")
    assert run(folder, "setup") == 0
    assert run(folder, "account", "import", str(folder / "people.toml")) == 0
