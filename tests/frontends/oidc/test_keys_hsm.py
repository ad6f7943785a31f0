"""How a token is spoken to, without one: a library of ours that breaks as real ones do."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from hub import ConfigError
from hub_frontends.oidc.keys_hsm import Hsm, HsmUnavailable
from hub_frontends.oidc.settings import HsmToken
from tests.frontends.oidc.key_folders import keys_in

PIN = "1234"


class PKCS11Error(Exception):
    pass


class PinIncorrect(PKCS11Error):
    pass


class DeviceRemoved(PKCS11Error):
    pass


class Library:
    """Session, token and key in one; counts what is done to it."""

    def __init__(self) -> None:
        self.pins: list[str] = []
        self.begun_again = 0
        self.broken = 0
        """How many calls fail before one works."""
        self.crossed = False
        self._inside = False

    def get_token(self, token_label: str) -> "Library":
        return self

    def reinitialize(self) -> None:
        self.begun_again += 1

    def open(self, rw: bool, user_pin: str) -> "Library":
        self.pins.append(user_pin)
        if user_pin != PIN:
            raise PinIncorrect
        return self

    def close(self) -> None:
        """Nothing is left open."""

    def get_key(self, **named: object) -> "Library":
        return self

    def sign(self, message: bytes, **how: object) -> bytes:
        self.crossed |= self._inside
        self._inside = True
        # Long enough for another thread to come in, if it may.
        Event().wait(0.005)
        self._inside = False
        if self.broken:
            self.broken -= 1
            raise DeviceRemoved
        return b"signed " + message


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    names = SimpleNamespace(
        lib=lambda module: made,
        PKCS11Error=PKCS11Error,
        PinIncorrect=PinIncorrect,
        PinLenRange=PinIncorrect,
        PinInvalid=PinIncorrect,
        Mechanism=SimpleNamespace(EDDSA="EDDSA"),
        ObjectClass=SimpleNamespace(PRIVATE_KEY="private"),
    )
    monkeypatch.setitem(sys.modules, "pkcs11", names)
    return made


@pytest.fixture
def hsm(tmp_path: Path) -> Hsm:
    (tmp_path / "pin").write_text(f"{PIN}\n", encoding="utf-8")
    (tmp_path / "pin").chmod(0o600)
    module = str(tmp_path / "module.so")
    return Hsm(HsmToken(module=module, token="hub", pin_file=str(tmp_path / "pin")))


def signed(hsm: Hsm) -> bytes:
    return hsm.sign(b"handle", "EdDSA", b"it")


def test_threads_enter_the_module_one_at_a_time(hsm: Hsm, library: Library) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: signed(hsm), range(24))) == {b"signed it"}
    assert not library.crossed


def test_one_process_logs_in_once_for_all_who_sign(hsm: Hsm, library: Library) -> None:
    for _ in range(3):
        signed(hsm)
        signed(Hsm(hsm._token))
    assert library.pins == [PIN]


def test_a_wrong_pin_is_shown_once(hsm: Hsm, library: Library, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("9999", encoding="utf-8")
    for _ in range(3):
        with pytest.raises(HsmUnavailable):
            signed(hsm)
    assert library.pins == ["9999"]


def test_a_session_that_broke_is_opened_again(hsm: Hsm, library: Library) -> None:
    signed(hsm)
    library.broken = 1
    assert signed(hsm) == b"signed it"
    assert library.begun_again == 1 and library.pins == [PIN, PIN]


def test_a_token_that_stays_away_is_named_and_found_when_it_is_back(
    hsm: Hsm, library: Library
) -> None:
    signed(hsm)
    library.broken = 2
    with pytest.raises(HsmUnavailable, match="the token is gone"):
        signed(hsm)
    assert signed(hsm) == b"signed it"


def test_a_forked_process_begins_the_library_again(
    hsm: Hsm, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(hsm)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    signed(hsm)
    assert library.begun_again == 1 and library.pins == [PIN, PIN]


def test_without_python_pkcs11_the_operator_is_told_what_to_install(
    hsm: Hsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(ConfigError, match="install the extra"):
        hsm.check(("ES256",))


def test_a_pin_file_that_is_not_there_is_named(library: Library, tmp_path: Path) -> None:
    token = HsmToken(module="m.so", token="hub", pin_file=str(tmp_path / "none"))
    with pytest.raises(HsmUnavailable, match="pin_file"):
        signed(Hsm(token))
    with pytest.raises(ConfigError, match="pin_file"):
        Hsm(token).check(("EdDSA",))


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_pin_that_others_may_read_is_not_shown_to_the_token(
    hsm: Hsm, library: Library, tmp_path: Path, mode: int
) -> None:
    (tmp_path / "pin").chmod(mode)
    with pytest.raises(ConfigError, match="pin_file: others may read it: chmod 600"):
        hsm.check(("EdDSA",))
    assert library.pins == []
    (tmp_path / "pin").chmod(0o600)
    assert signed(hsm) == b"signed it"


@pytest.mark.slow
def test_keys_in_files_need_no_token_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    assert keys_in(tmp_path).signing("ES256").kid
