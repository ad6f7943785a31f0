"""A card made of files, for demonstrations: its PIN counts and locks as a real one's does.

cards/<name>/certificate.pem    as the authority gave it
cards/<name>/key.pem            closed with the PIN
cards/<name>/unblock.pem        the same key, closed with the eight digits that unblock
cards/<name>/tries              how many are left
inserted                        the name of the card in the reader
"""

import os
from pathlib import Path
from threading import Event, Lock
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from .cards import Failed, Sight, Signature, State
from .certificates import holder, until

TRIES: Final = 3
READER: Final = "Lecteur simulé"


class SoftwareCards:
    """Implements `Cards`, and moves them: there is no hand to do it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._one = Lock()
        self._moved = Event()

    def look(self) -> Sight:
        card = self._card()
        if card is None:
            return Sight(state=State.NO_CARD, readers=(READER,))
        left = _tries(card)
        state = State.BLOCKED if left == 0 else State.READY
        der = _certificate(card)
        return Sight(
            state=state, readers=(READER,), holder=holder(der), tries_left=left, until=until(der)
        )

    def wait(self, seconds: float) -> None:
        self._moved.wait(seconds)
        self._moved.clear()

    def sign(self, text: bytes, pin: str) -> Signature | Failed:
        with self._one:
            card = self._card()
            if card is None:
                return Failed(why="removed")
            left = _tries(card)
            if left == 0:
                return Failed(why="pin_blocked", tries_left=0)
            # Spent before it is looked at: a card pulled out half-way gives no try for free.
            _write(card / "tries", str(left - 1))
            key = _opened(card / "key.pem", pin)
            self._moved.set()
            if key is None:
                why = "wrong_pin" if left > 1 else "pin_blocked"
                return Failed(why=why, tries_left=left - 1)
            _write(card / "tries", str(TRIES))
            signature = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        return Signature(certificate=_certificate(card), signature=signature, algorithm="RS256")

    def names(self) -> tuple[str, ...]:
        """Every card there is, whether in or not."""
        found = (each.name for each in (self._folder / "cards").iterdir())
        return tuple(sorted(each for each in found if not each.startswith(".")))

    def insert(self, name: str) -> None:
        if name in self.names():
            _write(self._folder / "inserted", name)
            self._moved.set()

    def remove(self) -> None:
        (self._folder / "inserted").unlink(missing_ok=True)
        self._moved.set()

    def block(self) -> None:
        """As if three wrong PINs had been typed."""
        if card := self._card():
            _write(card / "tries", "0")
            self._moved.set()

    def unblock(self, code: str, pin: str) -> bool:
        """Whether *code* was the card's eight digits; *pin* is its PIN from then on."""
        with self._one:
            card = self._card()
            key = _opened(card / "unblock.pem", code) if card else None
            if card is None or key is None or not _four_digits(pin):
                return False
            _write(card / "key.pem", _closed(key, pin))
            _write(card / "tries", str(TRIES))
        self._moved.set()
        return True

    def _card(self) -> Path | None:
        try:
            name = (self._folder / "inserted").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return self._folder / "cards" / name if name in self.names() else None


def take_issued(folder: Path) -> None:
    """Make a card of each `issued/<name>.pem` with its `<name>.key` that is none yet."""
    for file in sorted((folder / "issued").glob("*.pem")):
        if (folder / "cards" / file.stem).exists():
            continue
        key = load_pem_private_key(file.with_suffix(".key").read_bytes(), None)
        if isinstance(key, rsa.RSAPrivateKey):
            certificate = x509.load_pem_x509_certificate(file.read_bytes())
            make_card(folder / "cards" / file.stem, key, certificate)


def make_card(folder: Path, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    """Write one with the demonstration's PIN 1234, and its unblocking code 12345678."""
    made = folder.with_name(f".{folder.name}")
    made.mkdir(parents=True, exist_ok=True)
    _write(made / "certificate.pem", certificate.public_bytes(Encoding.PEM).decode())
    _write(made / "key.pem", _closed(key, "1234"))
    _write(made / "unblock.pem", _closed(key, "12345678"))
    _write(made / "tries", str(TRIES))
    made.rename(folder)


def _tries(card: Path) -> int:
    try:
        left = int((card / "tries").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # Lost, it would be a card whose PIN may be guessed for ever.
        return 0
    return min(max(left, 0), TRIES)


def _certificate(card: Path) -> bytes:
    read = x509.load_pem_x509_certificate((card / "certificate.pem").read_bytes())
    return read.public_bytes(Encoding.DER)


def _opened(file: Path, secret: str) -> rsa.RSAPrivateKey | None:
    try:
        key = load_pem_private_key(file.read_bytes(), secret.encode())
    except (ValueError, TypeError):
        return None
    return key if isinstance(key, rsa.RSAPrivateKey) else None


def _closed(key: rsa.RSAPrivateKey, secret: str) -> str:
    closed = BestAvailableEncryption(secret.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, closed).decode()


def _four_digits(pin: str) -> bool:
    return len(pin) == 4 and pin.isascii() and pin.isdigit()


def _write(file: Path, text: str) -> None:
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, file)
