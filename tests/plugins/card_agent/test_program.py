"""`hub card-agent` needs no hub.toml, says in one sentence what is missing, trusts nobody new."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hub import ConfigError, HubError, cli
from hub_plugins.card_agent import program
from hub_plugins.card_agent.config import PORT, configured, read
from hub_plugins.card_agent.modules import KNOWN, module_of


def test_the_command_line_finds_it_without_a_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["card-agent", "--config", str(tmp_path / "none.toml")]
    assert cli.main(words) == 2
    assert "hubs: which sites may ask" in capsys.readouterr().err


def test_a_missing_library_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "find_spec", lambda _: None)
    with pytest.raises(HubError, match=r"smartcard, pkcs11.*extra `agent`"):
        program.main(["--config", str(tmp_path / "n"), "--hub", "https://hub.test"])


def test_a_link_of_somebody_else_ends_at_once(tmp_path: Path) -> None:
    link = "hubcard:https://evil.test/apps/cps/agent/abc"
    with pytest.raises(HubError, match="not a link of a site that may ask"):
        program.main(["--config", str(tmp_path / "n"), "--hub", "https://hub.test", link])


def test_cards_made_of_files_never_serve_a_hub_elsewhere(tmp_path: Path) -> None:
    words = ["--hub", "https://hub.test", "--software", str(tmp_path)]
    with pytest.raises(ConfigError, match="demonstration on this machine"):
        program.main(words)


WRONG: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "nobody may ask": ({}, "hubs"),
    "an address in clear": ({"hubs": ["http://hub.test"]}, "hubs"),
    "a path": ({"hubs": ["https://hub.test/"]}, "hubs"),
    "everybody": ({"hubs": ["*"]}, "hubs"),
    "no list": ({"hubs": "https://hub.test"}, "hubs"),
    "a port of the system's": ({"hubs": ["https://hub.test"], "port": 80}, "port"),
    "a word": ({"hubs": ["https://hub.test"], "port": "x"}, "port"),
    "modules as one word": ({"hubs": ["https://hub.test"], "modules": "/x"}, "modules"),
    "shared as a word": ({"hubs": ["https://hub.test"], "shared": "yes"}, "shared"),
    "a key unheard of": ({"hubs": ["https://hub.test"], "pin": "1234"}, "pin"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_setting_that_cannot_be_is_named(case: str) -> None:
    table, key = WRONG[case]
    with pytest.raises(ConfigError) as error:
        configured(table)
    assert error.value.path == key


def test_a_file_says_what_the_options_need_not(tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    file.write_text('hubs = ["https://hub.test"]\nmodules = ["/opt/x.so"]\n', encoding="utf-8")
    told = configured(read(file))
    assert (told.hubs, told.port, told.modules) == (
        ("https://hub.test",),
        PORT,
        (Path("/opt/x.so"),),
    )
    file.write_text("hubs = [", encoding="utf-8")
    with pytest.raises(ConfigError):
        read(file)


def test_the_national_software_comes_before_others() -> None:
    for known in KNOWN.values():
        assert "cps3_pkcs11" in known[0]


def test_a_module_the_operator_names_is_the_only_one_tried(tmp_path: Path) -> None:
    assert module_of([tmp_path / "none.so"]) is None
    (tmp_path / "own.so").touch()
    assert module_of([tmp_path / "none.so", tmp_path / "own.so"]) == tmp_path / "own.so"
