"""What `hub check` and `hub card-listener` say of a card host that cannot work."""

from pathlib import Path

import pytest

from hub import cli
from hub.testing.running import BASE
from tests.peers.authority import Authority

pytestmark = pytest.mark.slow


def written(folder: Path, table: str) -> Path:
    """A hub.toml with this `[card_host]`, set up."""
    file = folder / "hub.toml"
    plugins = [*BASE["plugins"], "totp"]
    file.write_text(
        f"""
environment = "test"
public_address = "{BASE["public_address"]}"
database = "{BASE["database"]}"
plugins = {plugins}
policy = "{BASE["policy"]}"
trusted_hops = 1
{table}
""",
        encoding="utf-8",
    )
    assert cli.main(["setup", "--config", str(file)]) == 0
    return file


def listening(authority: Authority, key_of: str = "*.card.hub.test") -> str:
    own, other = authority.site("*.card.hub.test"), authority.site(key_of)
    return f"""
[card_host]
domain = "card.hub.test"
listen = "127.0.0.1:0"
certificate = "{own.chain}"
key = "{other.key}"
"""


def test_a_listener_whose_files_fit_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, listening(Authority(tmp_path)))
    assert cli.main(["check", "--config", str(file)]) == 0


def test_files_that_do_not_go_together_are_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, listening(Authority(tmp_path), key_of="other.test"))
    assert cli.main(["check", "--config", str(file)]) == 2
    assert "card_host.certificate: does not go with its key" in capsys.readouterr().err


def test_a_key_that_others_may_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, listening(Authority(tmp_path)))
    (tmp_path / "*.card.hub.test.key").chmod(0o644)
    assert cli.main(["check", "--config", str(file)]) == 2
    assert "card_host.key: " in capsys.readouterr().err


def test_without_an_address_nothing_listens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["card-listener", "--config", str(written(tmp_path, ""))]) == 2
    assert "card_host.listen: is empty" in capsys.readouterr().err


def test_a_hub_nobody_reaches_yet_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "card.secret"
    secret.touch(mode=0o600)
    secret.write_text("s" * 40)
    table = 'domain = "card.hub.test"\nsecret_file = "card.secret"\nreached_at = "127.0.0.1:1"'
    file = written(tmp_path, f"[card_host]\n{table}")
    assert cli.main(["check", "--config", str(file)]) == 0
