"""The demo region is made whole, kept, and forgotten only when it is one."""

import os
import socket
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hub_plugins import demo
from hub_plugins.demo import __main__ as running
from hub_plugins.demo import region
from hub_plugins.demo.notice import PASSWORD, notice, people
from hub_plugins.demo.party import party
from hub_plugins.demo.region import NAMES, DemoError, make_region, ports

from hub import ConfigError
from hub.configuration import configured, parsed
from hub.people.newcomers import Newcomer, Newcomers
from hub.testing.toolbox import MemoryToolbox
from tests.ports import free_ports


def everybody() -> tuple[Newcomer, ...]:
    return parsed(tomllib.loads(people()), Newcomers, "").person


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> "Commands":
    said = Commands()
    monkeypatch.setattr(region, "run_hub", said)
    return said


@dataclass
class Commands:
    """Stands for `hub …`: remembers the words, and breaks when told."""

    words: list[tuple[str, ...]] = field(default_factory=list)
    breaks: bool = False

    def __call__(self, *words: str) -> None:
        if self.breaks:
            raise DemoError("broken")
        self.words.append(words)


def test_a_region_is_made_with_its_keys_tables_and_people(
    tmp_path: Path, commands: Commands
) -> None:
    make_region(tmp_path / "demo", ports({}))
    assert [words[0] for words in commands.words] == [
        "setup",
        "account",
        "directory",
        "directory",
        "medimail",
    ]
    assert (tmp_path / "demo" / "terms.txt").read_text(encoding="utf-8")
    assert not (tmp_path / "demo.new").exists()


def test_a_region_that_exists_is_kept(tmp_path: Path, commands: Commands) -> None:
    make_region(tmp_path / "demo", ports({}))
    secret = party(tmp_path / "demo", "medimail").client_secret
    make_region(tmp_path / "demo", ports({}))
    assert party(tmp_path / "demo", "medimail").client_secret == secret
    assert len(commands.words) == 5


def test_a_start_interrupted_half_way_leaves_no_half_region(
    tmp_path: Path, commands: Commands
) -> None:
    commands.breaks = True
    with pytest.raises(DemoError):
        make_region(tmp_path / "demo", ports({}))
    assert not (tmp_path / "demo").exists()
    commands.breaks = False
    make_region(tmp_path / "demo", ports({}))
    assert (tmp_path / "demo" / "hub.toml").exists()


def test_its_configuration_is_one_the_hub_understands(tmp_path: Path, commands: Commands) -> None:
    make_region(tmp_path / "demo", ports({"HUB_DEMO_PORT": "9100"}))
    text = (tmp_path / "demo" / "hub.toml").read_text(encoding="utf-8")
    read = configured(tomllib.loads(text), tmp_path / "demo")
    assert "@" not in text.replace("assistance@region.example", "")
    assert read.hub.public_address == "http://localhost:9100"
    launches = [service.launch.address for service in read.services() if service.launch]
    assert launches == [f"http://localhost:{port}/inside" for port in (9101, 9102, 9105)]


def test_secrets_of_the_services_are_readable_by_their_owner_alone(
    tmp_path: Path, commands: Commands
) -> None:
    make_region(tmp_path / "demo", ports({}))
    files = sorted((tmp_path / "demo" / "services").iterdir())
    assert len(files) == 7
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_medimail_wishes_a_strong_sign_in_and_emage_wishes_nothing(
    tmp_path: Path, commands: Commands
) -> None:
    make_region(tmp_path / "demo", ports({}))
    assert party(tmp_path / "demo", "medimail").acr == "urn:hub:acr:strong"
    assert party(tmp_path / "demo", "emage").acr is None


@pytest.mark.parametrize("given", ["80", "port", "70000", "-1", ""])
def test_a_first_port_that_cannot_be_one_is_named(given: str) -> None:
    with pytest.raises(DemoError, match="HUB_DEMO_PORT"):
        ports({"HUB_DEMO_PORT": given})


def test_everybody_has_the_printed_password_and_stands_in_the_notice() -> None:
    printed = notice("http://localhost:8000", {})
    for person in everybody():
        given: Any = person.secrets["password"]
        assert (given if isinstance(given, str) else given.secret) == PASSWORD
        assert any(person.login in line and PASSWORD in line for line in printed.splitlines())


def test_a_seed_is_printed_for_whoever_has_an_authenticator_app() -> None:
    seeds = [str(person.secrets["totp"]) for person in everybody() if "totp" in person.secrets]
    assert seeds and all(seed in notice("http://localhost:8000", {}) for seed in seeds)


def test_national_identifiers_come_from_the_test_range_with_a_right_last_digit() -> None:
    numbers = [person.numbers["rpps"] for person in everybody() if "rpps" in person.numbers]
    assert len(set(numbers)) == len(numbers) >= 8
    for number in numbers:
        assert number.startswith("997") and len(number) == 11 and luhn(number) % 10 == 0


def luhn(number: str) -> int:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(each - 9 if each > 9 else each for each in doubled)


def test_nobody_in_the_demo_can_be_reached_in_the_world() -> None:
    for person in everybody():
        assert person.mail.endswith(".example") or not person.mail
        assert person.mobile.startswith("+3363998") or not person.mobile


def test_a_region_made_for_another_port_is_named_not_changed(
    tmp_path: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_for, asked = free_ports(len(NAMES)), free_ports(len(NAMES))
    make_region(tmp_path / "demo", ports({"HUB_DEMO_PORT": str(made_for)}))
    before = (tmp_path / "demo" / "hub.toml").read_text(encoding="utf-8")
    monkeypatch.setenv("HUB_DEMO_PORT", str(asked))
    assert running.main(["serve", "--folder", str(tmp_path / "demo")]) == 1
    assert (tmp_path / "demo" / "hub.toml").read_text(encoding="utf-8") == before


def test_a_port_that_is_taken_is_named_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("HUB_DEMO_PORT", str(port))
        assert running.main(["serve", "--folder", str(tmp_path / "demo")]) == 1
    assert f"Port {port} is taken" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_the_demo_refuses_to_be_part_of_production(tmp_path: Path) -> None:
    table = {
        "environment": "production",
        "public_address": "https://hub.test",
        "database": "sqlite:///hub.db",
        "plugins": ["demo"],
        "policy": "regional",
    }
    with pytest.raises(ConfigError, match="never enabled in production"):
        demo.commands(settings=configured(table, tmp_path), toolbox=MemoryToolbox())
    allowed = configured({**table, "environment": "demo"}, tmp_path)
    assert [each.name for each in demo.commands(settings=allowed, toolbox=MemoryToolbox())]


@pytest.mark.parametrize("missing", ["psc.toml", "emage-saml.xml"])
def test_a_region_of_an_earlier_version_is_named_not_half_started(
    missing: str,
    tmp_path: Path,
    commands: Commands,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HUB_DEMO_PORT", str(free_ports(len(NAMES))))
    make_region(tmp_path / "demo", ports(os.environ))
    (tmp_path / "demo" / missing).unlink()
    assert running.main(["serve", "--folder", str(tmp_path / "demo")]) == 1
    assert "make demo-reset" in capsys.readouterr().err
