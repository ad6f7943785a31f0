"""Seals what the database must not show, with keys that stand in a folder of their own.

`seal-<number>.key` close and open (the highest closes, all open), `digest.key` makes digests and
is never rotated: what it found could not be found again. `trail.key` signs checkpoints, and what
retention takes away; `trail-<number>.pub` are the public halves of those that did before, each
with the places in the trail up to which its word counts.
"""

import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.contract.errors import ConfigError, HubError
from hub.contract.values import value

_FORMAT = b"\x01"
_SEAL_FILE = re.compile(r"seal-([0-9]{4})\.key")
_FORMER = "trail-*.pub"
_NONCE = 12
_KEY = 32


class KeyRing:
    def __init__(self, keys: "Keys") -> None:
        self._boxes = {number: AESGCM(key) for number, key in keys.seals.items()}
        self._newest = max(keys.seals)
        self._digest_key = keys.digest
        self._signing = Ed25519PrivateKey.from_private_bytes(keys.signing)
        self._former = keys.former
        self.folder = keys.folder

    @classmethod
    def from_folder(cls, folder: Path) -> "KeyRing":
        """Raise `ConfigError` when a key is missing, or when others on the machine may read it."""
        _private(folder, "folder", 0o700)
        found = {
            match[1]: read_secret(path)
            for path in folder.iterdir()
            if (match := _SEAL_FILE.fullmatch(path.name))
        }
        if not found:
            raise ConfigError("secrets", f"{folder} holds no seal-0001.key")
        digest, signing = read_secret(folder / "digest.key"), read_secret(folder / "trail.key")
        former = tuple(_former(path) for path in sorted(folder.glob(_FORMER)))
        kept = Keys(seals=found, digest=digest, signing=signing, former=former, folder=folder)
        return cls(kept)

    @classmethod
    def create(cls, folder: Path) -> "KeyRing":
        """New keys. A folder that holds some already is left as it is, with a `ConfigError`."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("seal-0001.key", "digest.key", "trail.key"):
            write_secret(folder / name)
        return cls.from_folder(folder)

    @classmethod
    def rotate(cls, folder: Path) -> "KeyRing":
        """One more sealing key, which closes from now on; the older ones still open."""
        numbers = (_SEAL_FILE.fullmatch(path.name) for path in folder.iterdir())
        newest = max(int(match[1]) for match in numbers if match)
        write_secret(folder / f"seal-{newest + 1:04}.key")
        return cls.from_folder(folder)

    @classmethod
    def renew_signing(cls, folder: Path, size: int, cut: int) -> "KeyRing":
        """Another key signs from now on; what the one before signed stays verifiable.

        *size* and *cut*: of the trail, as it ends and begins now; to be called while nobody signs.
        """
        former = cls.from_folder(folder).signing_key()
        number = len(list(folder.glob(_FORMER))) + 1
        # The public half first: stopped in between, nothing is signed by a key nobody knows.
        _write(folder / f"trail-{number:04}.pub", f"{former.hex()} {size} {cut}")
        fresh = folder / "trail.key.new"
        fresh.unlink(missing_ok=True)
        write_secret(fresh)
        fresh.replace(folder / "trail.key")
        return cls.from_folder(folder)

    def current(self) -> "KeyRing":
        """As the folder stands now: another process may have renewed the key meanwhile."""
        return self.from_folder(self.folder) if self.folder else self

    def close(self, plain: bytes, purpose: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._boxes[self._newest].encrypt(nonce, plain, purpose.encode())
        return _FORMAT + self._newest.encode() + nonce + sealed

    def open(self, sealed: bytes, purpose: str) -> bytes:
        number, rest = sealed[1:5].decode("ascii", "replace"), sealed[5:]
        box = self._boxes.get(number)
        if sealed[:1] != _FORMAT or box is None:
            raise HubError(f"sealed with key {number!r}, which is not among the secrets")
        try:
            # The purpose is authenticated: a row copied to another person's place does not open.
            return box.decrypt(rest[:_NONCE], rest[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise HubError("a sealed value was moved, changed or closed with a lost key") from error

    def digest(self, text: str, purpose: str) -> str:
        # NUL stands in no purpose: ("a", "bc") and ("ab", "c") must not meet in one digest.
        return hmac.new(self._digest_key, f"{purpose}\0{text}".encode(), sha256).hexdigest()

    def sign(self, statement: bytes) -> bytes:
        return self._signing.sign(statement)

    def signing_key(self) -> bytes:
        """The public half, 32 bytes: with it anyone verifies a checkpoint elsewhere."""
        return self._signing.public_key().public_bytes_raw()

    def signed(self, statement: bytes, signature: bytes, size: int) -> bool:
        """By this hub: with the key of today, or a former one where the trail had *size* then."""
        # Whoever stole the key before its renewal signs nothing of what came after.
        former = [each.key for each in self._former if size <= each.size]
        return any(signed_by(key, statement, signature) for key in (self.signing_key(), *former))

    def signed_cut(self, statement: bytes, signature: bytes, until: int) -> bool:
        """As `signed`, for the word that the first *until* entries are gone."""
        former = [each.key for each in self._former if until <= each.cut]
        return any(signed_by(key, statement, signature) for key in (self.signing_key(), *former))


@value
class Former:
    """A key that signs no more."""

    key: bytes
    """Its public half."""
    size: int = 0
    """It counts for checkpoints up to this one: so long was the trail when it was renewed."""
    cut: int = 0
    """It counts for what retention had taken away by then."""


@value
class Keys:
    seals: Mapping[str, bytes] = field(repr=False)
    digest: bytes = field(repr=False)
    signing: bytes = field(repr=False)
    former: tuple[Former, ...] = ()
    folder: Path | None = None
    """Where they stand; `None`: nowhere but here."""


def signed_by(public_key: bytes, statement: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement)
    except InvalidSignature:
        return False
    return True


def read_secret(path: Path) -> bytes:
    """A key of 32 bytes, written in hexadecimal; `ConfigError` when it is open to others."""
    return _key(path, _text(path))


def _former(path: Path) -> Former:
    key, *places = _text(path).split() or [""]
    try:
        # Without its places it vouches for nothing.
        size, cut = map(int, places or ("0", "0"))
    except ValueError as error:
        raise ConfigError("secrets", f"{path} is not a former key with its two places") from error
    return Former(key=_key(path, key), size=size, cut=cut)


def _text(path: Path) -> str:
    _private(path, "file", 0o600)
    try:
        return path.read_text(encoding="ascii")
    except (ValueError, OSError) as error:
        raise ConfigError("secrets", f"{path} is not a readable key") from error


def _key(path: Path, written: str) -> bytes:
    try:
        key = bytes.fromhex(written.strip())
    except ValueError as error:
        raise ConfigError("secrets", f"{path} is not a readable key") from error
    if len(key) != _KEY:
        raise ConfigError("secrets", f"{path} holds {len(key)} bytes instead of {_KEY}")
    return key


def write_secret(path: Path) -> None:
    """A new random key, never over an existing one: what it sealed would be lost."""
    _write(path, secrets.token_bytes(_KEY).hex())


def _write(path: Path, text: str) -> None:
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigError("secrets", f"{path} exists already and is left as it is") from error
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(text + "\n")


def _private(path: Path, kind: str, mode: int) -> None:
    try:
        found = path.stat().st_mode & 0o777
    except OSError as error:
        raise ConfigError("secrets", f"the {kind} {path} is missing or unreadable") from error
    if found & 0o077:
        raise ConfigError("secrets", f"others may read {path}: chmod {mode:o} {path}")
