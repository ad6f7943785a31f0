import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub import ConfigError
from hub.testing.toolbox import MemoryToolbox
from tests.frontends.oidc.key_folders import keys_in

pytestmark = pytest.mark.slow


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "oidc"
    with ThreadPoolExecutor(4) as pool:
        first, second = list(pool.map(keys_in, [folder] * 2))
    assert keys_in(folder).public() == keys_in(folder).public()
    assert first.signing("RS256").kid == second.signing("RS256").kid
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == {0o600} and len(list(folder.iterdir())) == 4


def test_a_key_without_a_moment_is_published_and_does_not_sign(tmp_path: Path) -> None:
    other = keys_in(tmp_path / "other").signing("ES256")
    keys_in(tmp_path / "oidc")
    (tmp_path / "other" / "ES256.pem").rename(tmp_path / "oidc" / "ES256-2025.pem")
    keys = keys_in(tmp_path / "oidc")
    published = {key["kid"] for key in keys.public()["keys"]}
    assert other.kid in published and keys.signing("ES256").kid != other.kid
    assert len(published) == 5


@pytest.mark.parametrize("content", [b"not a key", b"\xff\x00", b""])
def test_a_file_that_is_no_key_stops_the_hub_by_its_name(tmp_path: Path, content: bytes) -> None:
    keys_in(tmp_path)
    (tmp_path / "RS256-2025.pem").write_bytes(content)
    (tmp_path / "RS256-2025.pem").chmod(0o600)
    with pytest.raises(ConfigError, match="RS256-2025"):
        keys_in(tmp_path)


def test_a_key_of_another_kind_than_its_name_says_stops_the_hub(tmp_path: Path) -> None:
    keys_in(tmp_path)
    (tmp_path / "ES256.pem").rename(tmp_path / "EdDSA-2025.pem")
    with pytest.raises(ConfigError, match="is no EdDSA key"):
        keys_in(tmp_path)


def test_a_key_that_others_may_read_stops_the_hub(tmp_path: Path) -> None:
    keys_in(tmp_path)
    (tmp_path / "ES256.pem").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        keys_in(tmp_path)


def test_a_key_of_an_unknown_algorithm_stops_the_hub(tmp_path: Path) -> None:
    keys_in(tmp_path)
    (tmp_path / "HS256.pem").write_text("x")
    with pytest.raises(ConfigError, match="named after its algorithm"):
        keys_in(tmp_path)


def test_a_folder_is_looked_at_once_a_second_and_a_fault_in_it_stops_nobody(tmp_path: Path) -> None:
    toolbox = MemoryToolbox("oidc")
    keys = keys_in(tmp_path, toolbox)
    before = keys.signing("ES256").kid
    (tmp_path / "ES256-x.pem").write_text("not a key")
    os.utime(tmp_path, ns=(1, 1))
    toolbox.time.later(seconds=5)
    assert keys.signing("ES256").kid == before and len(keys.public()["keys"]) == 4
