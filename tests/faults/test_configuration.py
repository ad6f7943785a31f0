"""A configuration that cannot work: all said at once with its path, and nobody served."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import cli
from hub.commands import running
from hub.app import COUNTERS
from tests.faults.watch import Watch
from tests.faults.ways import assert_arrived, at_second_step, sound, with_app
from tests.flows.region import Region

pytestmark = pytest.mark.slow


def lines(old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        file = folder / "hub.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def both(*edits: Callable[[Path], None]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit


def raw(content: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "hub.toml").write_bytes(content)

    return write


def gone(folder: Path) -> None:
    (folder / "hub.toml").rename(folder / "elsewhere.toml")


def a_folder_instead(folder: Path) -> None:
    gone(folder)
    (folder / "hub.toml").mkdir()


UNREADABLE = {
    "gone": (gone, "no such file"),
    "a folder": (a_folder_instead, "cannot be read"),
    "not text": (raw(b"\xff\xfe\x00"), "cannot be read"),
    "not TOML": (raw(b"[service.medimail\n"), "cannot be read"),
    "a key twice": (lines("[support]", "policy = 'strict'\npolicy = 'strict'\n[support]"), "read"),
}
WRONG = {
    "unknown key": (lines("[support]", "[support]\nfax = '1'"), ["support.fax"]),
    "not a number": (lines("[support]", "[session]\nidle = 'soon'\n[support]"), ["session.idle"]),
    "idle above longest": (
        lines("[support]", "[session]\nidle = 'PT5H'\n[support]"),
        ["session.idle"],
    ),
    "no policy so called": (lines('policy = "regional"', 'policy = "lax"'), ["policy"]),
    "no method so called": (lines('"totp", "sent_code"]', '"totp", "fax"]'), ["methods"]),
    "a method twice": (lines('"totp", "sent_code"]', '"totp", "totp"]'), ["methods"]),
    "no carrier so called": (lines('sms = ["console"]', 'sms = ["dove"]'), ["messages.chains.sms"]),
    "no level so called": (
        lines('minimum = "strong"', 'minimum = "strongest"'),
        ["service.medimail.minimum"],
    ),
    # Without Pro Santé Connect and cards nothing here vouches for anybody.
    "a level nobody reaches": (
        both(
            lines('methods = ["psc", "password", "cps", ', 'methods = ["password", '),
            lines('minimum = "strong"', 'minimum = "certified"'),
        ),
        ["service.medimail.minimum"],
    ),
    "no action so called": (
        lines('rights = ["emage.reader"]', 'requires = ["terms.none"]'),
        ["service.emage.requires"],
    ),
    "a hole without a pattern": (
        lines('parameters = { message = "[0-9]{1,12}" }\n', ""),
        ["service.medimail.parameters.message"],
    ),
    "a redirect address without host": (
        lines('redirect_uris = ["http://localhost:8001/signed-in"]', 'redirect_uris = ["x"]'),
        ["service.medimail.oidc.redirect_uris"],
    ),
    "a table of a plugin not enabled": (
        lines("[support]", "[plugin.smpp]\nhost = 'x'\n[support]"),
        ["plugin.smpp"],
    ),
    "in clear in production": (
        lines('environment = "demo"', 'environment = "production"'),
        ["public_address"],
    ),
    "two at once": (
        lines("[support]", "[support]\nfax = '1'\n[session]\nidle = 'soon'"),
        ["support.fax", "session.idle"],
    ),
}


def open_folder(region: Region) -> str:
    (region.folder / "secrets").chmod(0o750)
    return "chmod 700"


def open_seal(region: Region) -> str:
    (region.folder / "secrets" / "seal-0001.key").chmod(0o644)
    return "chmod 600"


def open_pairwise(region: Region) -> str:
    (region.folder / "secrets" / "pairwise.key").chmod(0o604)
    return "chmod 600"


def open_signing_key(region: Region) -> str:
    key = next((region.folder / "secrets").rglob("*.pem"))
    key.chmod(0o640)
    return str(key)


def open_client_secret(region: Region) -> str:
    (region.folder / "services" / "medimail.secret").chmod(0o644)
    return "service.medimail.oidc.client_secret_file: "


def run(region: Region, *words: str) -> int:
    return cli.main([*words, "--config", str(region.folder / "hub.toml")])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[object]:
    """Servers started; none is, when the configuration is wrong."""
    started: list[object] = []

    class NeverServes:
        def __init__(self, *args: object, **options: object) -> None:
            started.append(options)

        def serve(self) -> None:
            """Returns at once."""

    monkeypatch.setattr(running, "Granian", NeverServes)
    # With a folder for its counters the command does not start itself again.
    monkeypatch.setenv(COUNTERS, str(tmp_path))
    return started


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_serves_nobody(
    region: Region,
    watch: Watch,
    served: list[object],
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(region, "check") == 0
    kept = (region.folder / "hub.toml").read_bytes()
    sound(region)
    watch.begin()
    fault, words = UNREADABLE[name]
    fault(region.folder)
    for verb in ("check", "serve"):
        capsys.readouterr()
        assert run(region, verb) == 2
        said = capsys.readouterr().err
        assert str(region.folder / "hub.toml") in said and words in said
        assert "Traceback" not in said
    assert served == []
    watch.assert_nobody_is_in()

    shutil.rmtree(region.folder / "hub.toml", ignore_errors=True)
    (region.folder / "hub.toml").write_bytes(kept)
    assert run(region, "check") == 0
    region.restart()
    browser = region.browser()
    assert_arrived(with_app(region, browser, at_second_step(browser)))


@pytest.mark.parametrize("name", WRONG)
def test_a_contradiction_is_named_by_its_path_and_serves_nobody(
    region: Region,
    watch: Watch,
    served: list[object],
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(region, "check") == 0
    kept = (region.folder / "hub.toml").read_bytes()
    fault, paths = WRONG[name]
    fault(region.folder)
    for verb in ("check", "serve"):
        capsys.readouterr()
        assert run(region, verb) == 2
        said = capsys.readouterr().err.splitlines()
        for path in paths:
            assert any(line.startswith(path) for line in said[:-1]), said
        assert not any("Traceback" in line for line in said)
    assert served == []
    watch.assert_nobody_is_in()

    (region.folder / "hub.toml").write_bytes(kept)
    assert run(region, "check") == 0
    region.restart()
    sound(region)


SECRETS = [open_folder, open_seal, open_pairwise, open_signing_key, open_client_secret]


@pytest.mark.parametrize("fault", SECRETS)
def test_a_secret_that_others_may_read_serves_nobody(
    region: Region,
    watch: Watch,
    served: list[object],
    fault: Callable[[Region], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(region, "check") == 0
    sound(region)
    watch.begin()
    advice = fault(region)
    for verb in ("check", "serve"):
        capsys.readouterr()
        assert run(region, verb) == 2
        said = capsys.readouterr().err
        assert advice in said and "Traceback" not in said
    assert served == []
    watch.assert_nobody_is_in()

    for file in (region.folder / "secrets", *(region.folder / "secrets").rglob("*")):
        file.chmod(0o700 if file.is_dir() else 0o600)
    (region.folder / "services" / "medimail.secret").chmod(0o600)
    assert run(region, "check") == 0
    region.restart()
    browser = region.browser()
    assert_arrived(with_app(region, browser, at_second_step(browser)))


def test_every_error_of_every_part_is_said_at_once(
    region: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(region, "check") == 0
    for old, new in (
        ('policy = "regional"', 'policy = "lax"'),
        ('"totp", "sent_code"]', '"totp", "fax"]'),
        ('sms = ["console"]', 'sms = ["dove"]'),
    ):
        lines(old, new)(region.folder)
    capsys.readouterr()
    assert run(region, "check") == 2
    said = capsys.readouterr().err
    for path in ("policy: ", "methods: ", "messages.chains.sms: ", "hub: 3 errors"):
        assert path in said
