from pathlib import Path

import pytest

from hub.contract.errors import ConfigError
from hub.secret_files import read_words


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "gateway.secret"
    file.write_text("  a secret \n", encoding="utf-8")
    file.chmod(0o600)
    return file


def test_a_secret_is_read_without_the_blanks_around_it(file: Path) -> None:
    assert read_words(file, "plugin.sms.secret_file") == "a secret"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secret_that_others_may_read_is_refused_and_the_remedy_told(
    file: Path, mode: int
) -> None:
    file.chmod(mode)
    with pytest.raises(ConfigError, match=r"^plugin\.sms\.secret_file: .*chmod 600") as caught:
        read_words(file, "plugin.sms.secret_file")
    assert "a secret" not in str(caught.value)


def test_a_secret_that_is_missing_or_no_text_names_its_key(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="it is no text"):
        read_words(file, "plugin.sms.secret_file")
    file.unlink()
    with pytest.raises(ConfigError, match="No such file"):
        read_words(file, "plugin.sms.secret_file")
