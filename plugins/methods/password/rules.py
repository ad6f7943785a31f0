"""Which new passwords are good enough: long, not common, not a name.

No composition rules: they make worse passwords (NIST SP 800-63B-4, 3.1.1.2).
"""

import gzip
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from hub import Account, value

MOST_BYTES: Final = 1024
LEAST_OF_ONES_OWN: Final = 6
"""Characters that must remain once names, digits and signs are taken out."""

_LETTERS: Final = str.maketrans("01345789@$€", "oieastbgase")


@value
class Rules:
    shortest: int
    """Characters as people count them: code points."""
    common: Collection[str]
    words: tuple[str, ...] = ()
    """The region's own: its name, its towns, its address."""

    def broken(self, password: str, account: Account | None) -> Sequence[str]:
        """The names of the rules *password* breaks. With no account, those that need none."""
        return list(self._broken(normal(password), _names(account) if account else ()))

    def broken_as_typed(self, password: str, account: Account | None) -> Sequence[str]:
        """Those that may be told of what is only typed: an answer must tell no contact, number or
        attribute that pages mask, even to whoever took over the sign-in."""
        return list(self._broken(normal(password), _shown(account) if account else ()))

    def _broken(self, password: str, names: Iterable[str]) -> Iterator[str]:
        if len(password) < self.shortest:
            yield "too_short"
        if too_long(password):
            yield "too_long"
            return
        if any(form in self.common for form in _forms(password)):
            yield "common"
        words = (*self.words, *names)
        if len(password) >= self.shortest and _left(password, words) < LEAST_OF_ONES_OWN:
            yield "personal"


def normal(password: str) -> str:
    """NFC, as keyboards disagree on accents. Nothing is trimmed, nothing is cut."""
    return unicodedata.normalize("NFC", password)


def as_bytes(password: str) -> bytes:
    """What is hashed."""
    return normal(password).encode("utf-8", "surrogatepass")


def too_long(password: str) -> bool:
    return len(as_bytes(password)) > MOST_BYTES


@cache
def read_common(file: Path) -> frozenset[str]:
    return frozenset(gzip.decompress(file.read_bytes()).decode().split("\n"))


def _forms(password: str) -> Iterator[str]:
    """The same password as a list would spell it."""
    plain = _plain(password)
    bare = plain.rstrip("!?.*+-_ ")
    stem = bare.rstrip("0123456789")
    yield from (plain, bare, stem.translate(_LETTERS) + bare[len(stem) :], bare.translate(_LETTERS))


def _plain(text: str) -> str:
    marked = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in marked if not unicodedata.combining(sign))


def _shown(account: Account) -> Iterator[str]:
    yield account.display_name
    yield from (each.number for each in account.identifiers if each.system == "login")


def _names(account: Account) -> Iterator[str]:
    yield account.display_name
    for identifier in account.identifiers:
        yield identifier.number
    for contact in account.contacts:
        yield contact.address
    for spoken in account.attributes.values():
        yield from spoken
    for situation in account.situations:
        yield situation.structure


def _left(password: str, words: Iterable[str]) -> int:
    """How many letters are nobody's name; all of them where no name stands."""
    text = plain = _plain(password)
    parts = {part for word in words for part in re.split(r"[^a-z0-9]+", _plain(word))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= 3:
            text = text.replace(part, "\0")
    if text == plain:
        return len(plain)
    # Letters of every script count; with no letters at all, different signs do.
    letters = sum(sign.isalpha() for sign in text)
    return letters or len(set(text.replace("\0", "")))
