"""Keys stand in files of their own, and a sealed value opens in its own place only."""

from pathlib import Path

import pytest

from hub.contract.errors import ConfigError, HubError
from hub.store.sealing import KeyRing, signed_by


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    KeyRing.create(tmp_path / "own")
    return tmp_path / "own"


def test_what_was_closed_opens_again_after_a_restart(folder: Path) -> None:
    sealed = KeyRing.from_folder(folder).close(b"words", "login:1")
    assert b"words" not in sealed
    assert KeyRing.from_folder(folder).open(sealed, "login:1") == b"words"


def test_nothing_opens_in_another_place(keys: KeyRing) -> None:
    with pytest.raises(HubError, match="moved"):
        keys.open(keys.close(b"words", "login:1"), "login:2")


@pytest.mark.parametrize("position", [0, 3, 8, 20, -1])
def test_one_changed_bit_is_noticed(position: int, keys: KeyRing) -> None:
    sealed = bytearray(keys.close(b"some words", "here"))
    sealed[position] ^= 1
    with pytest.raises(HubError):
        keys.open(bytes(sealed), "here")


@pytest.mark.parametrize("text", [b"", b"\x01", b"\x010001", b"\x010001short"])
def test_a_truncated_value_is_an_error_and_not_a_crash(text: bytes, keys: KeyRing) -> None:
    with pytest.raises(HubError):
        keys.open(text, "here")


def test_the_newest_key_closes_and_every_key_opens(folder: Path) -> None:
    old = KeyRing.from_folder(folder).close(b"old", "here")
    rotated = KeyRing.rotate(folder)
    new = rotated.close(b"new", "here")
    assert (rotated.open(old, "here"), rotated.open(new, "here")) == (b"old", b"new")
    (folder / "seal-0001.key").unlink()
    alone = KeyRing.from_folder(folder)
    assert alone.open(new, "here") == b"new"
    with pytest.raises(HubError, match="'0001'"):
        alone.open(old, "here")


def test_a_digest_depends_on_the_text_the_purpose_and_the_key(keys: KeyRing, folder: Path) -> None:
    digest = keys.digest("ann", "throttle")
    assert digest == keys.digest("ann", "throttle")
    others = {keys.digest("bob", "throttle"), keys.digest("ann", "outbox")}
    others.add(KeyRing.create(folder.parent / "others").digest("ann", "throttle"))
    assert digest not in others
    assert len(others) == 3


def test_a_rotation_keeps_the_digests(folder: Path) -> None:
    before = KeyRing.from_folder(folder).digest("ann", "throttle")
    assert KeyRing.rotate(folder).digest("ann", "throttle") == before


def test_a_signature_is_this_hubs_alone(keys: KeyRing, tmp_path: Path) -> None:
    signature = keys.sign(b"statement")
    assert signed_by(keys.signing_key(), b"statement", signature)
    assert not signed_by(keys.signing_key(), b"another", signature)
    others = KeyRing.create(tmp_path / "others").signing_key()
    assert not signed_by(others, b"statement", signature)


@pytest.mark.parametrize("name", ["", "seal-0001.key", "digest.key", "trail.key"])
@pytest.mark.parametrize("mode", [0o040, 0o004, 0o020])
def test_what_others_may_read_is_refused_with_its_path(name: str, mode: int, folder: Path) -> None:
    path = folder / name
    path.chmod(path.stat().st_mode | mode)
    with pytest.raises(ConfigError, match=f"others may read {path}: chmod"):
        KeyRing.from_folder(folder)


@pytest.mark.parametrize("name", ["seal-0001.key", "digest.key", "trail.key"])
def test_a_missing_key_is_a_configuration_error(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(ConfigError, match=name):
        KeyRing.from_folder(folder)


def test_a_missing_folder_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="missing or unreadable"):
        KeyRing.from_folder(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 33, "é"])
def test_a_key_that_is_no_key_is_a_configuration_error(text: str, folder: Path) -> None:
    (folder / "digest.key").write_text(text)
    with pytest.raises(ConfigError, match=r"digest\.key"):
        KeyRing.from_folder(folder)


def test_existing_keys_are_never_overwritten(folder: Path) -> None:
    before = {path.name: path.read_text() for path in folder.iterdir()}
    with pytest.raises(ConfigError, match="left as it is"):
        KeyRing.create(folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


def test_key_files_are_for_their_owner_only(folder: Path) -> None:
    modes = {path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert (folder.stat().st_mode & 0o777, modes) == (0o700, {0o600})
