import stat
from pathlib import Path

import pytest

from hub import ConfigError
from hub_frontends.oidc.keys import Keys

pytestmark = pytest.mark.slow


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "oidc"
    first, second = Keys(folder), Keys(folder)
    assert first.public() == second.public()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == {0o600} and len(list(folder.iterdir())) == 2


def test_a_next_or_former_key_is_published_and_does_not_sign(tmp_path: Path) -> None:
    other = Keys(tmp_path / "other").signing("ES256")
    Keys(tmp_path / "oidc")
    (tmp_path / "other" / "ES256.pem").rename(tmp_path / "oidc" / "ES256-2025.pem")
    keys = Keys(tmp_path / "oidc")
    published = {key["kid"] for key in keys.public()["keys"]}
    assert other.kid in published and keys.signing("ES256").kid != other.kid
    assert len(published) == 3


def test_a_file_that_is_no_key_stops_the_hub_by_its_name(tmp_path: Path) -> None:
    Keys(tmp_path)
    (tmp_path / "RS256-2025.pem").write_text("not a key")
    (tmp_path / "RS256-2025.pem").chmod(0o600)
    with pytest.raises(ConfigError, match=r"RS256-2025\.pem: is no RS256 key"):
        Keys(tmp_path)


def test_a_key_of_an_unknown_algorithm_stops_the_hub(tmp_path: Path) -> None:
    Keys(tmp_path)
    (tmp_path / "HS256.pem").write_text("x")
    with pytest.raises(ConfigError, match="named after its algorithm"):
        Keys(tmp_path)
