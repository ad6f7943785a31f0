"""The checkpoints of the audit trail once more, in a file outside the database.

Whoever can write every table can delete all checkpoints and link the chain anew; the next one is
then signed over what they made of it. What this file holds they do not reach. See decision 0045.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Row, select

from hub.contract.values import value
from hub.store.chain import statement
from hub.store.database import Database
from hub.store.sealing import KeyRing
from hub.store.tables import checkpoint, micros

_MINE: Final = 0o600
_log = structlog.get_logger("hub.audit")


@value
class Mark:
    """One line: so many entries, ending in this hash."""

    size: int
    hash: str
    at: int
    """In microseconds."""
    signature: bytes

    def holds(self, keys: KeyRing) -> bool:
        """Whether the hub signed it, with these keys or the ones before them."""
        try:
            said = statement(self.size, self.hash, self.at)
        except UnicodeEncodeError:  # half a surrogate pair is no text that was ever signed
            return False
        return keys.signed(said, self.signature, self.size)


class Anchor:
    """*path* `None`: nobody asked for one."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path

    def follow(self, database: Database, keys: KeyRing) -> None:
        """Write down what was signed since the last line. Never raises `OSError`: what cannot be
        written now is said, and written the next time. For every node; twice does no harm."""
        if self.path is None:
            return
        try:
            written, known = self.marks() or (), keys.current()
            last = next((each.size for each in reversed(written) if each.holds(known)), 0)
            asked = select(checkpoint).where(checkpoint.c.size > last).order_by(checkpoint.c.size)
            with database.transaction() as transaction:
                rows = transaction.execute(asked).all()
            # Read again: the key may have been renewed since. A row that nobody signed, written
            # down, would speak against the true trail for good, however soon it was taken away.
            known = keys.current() if rows else known
            if signed := [each for each in map(_mark, rows) if each.holds(known)]:
                self._append(self.path, "".join(map(_line, signed)))
        except OSError as error:
            _log.error("audit.anchor_not_written", reason=error.strerror)

    def marks(self) -> Sequence[Mark] | None:
        """All there are, whoever wrote them; `None`: there is no such file. Raise `OSError`."""
        try:
            return list(_read(self.path.read_bytes())) if self.path else None
        except FileNotFoundError:
            return None

    def trouble(self) -> str:
        """Why it could not be written now; empty: it could, or nobody asked for one."""
        if self.path is None:
            return ""
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW))
        except FileNotFoundError:
            there = self.path.parent.is_dir() and os.access(self.path.parent, os.W_OK)
            return "" if there else "its folder is not there, or may not be written"
        except OSError as error:
            return error.strerror or type(error).__name__
        return ""

    def _append(self, path: Path, lines: str) -> None:
        new = not path.exists()
        # Through a link, whoever may write in the folder would choose where the lines go.
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, _MINE), "r+b", buffering=0) as file:
            # A machine that stopped in the middle of a line: the next one begins on its own.
            torn = "\n" if _is_torn(file.fileno()) else ""
            left = (torn + lines).encode()
            while left:
                left = left[file.write(left) or 0 :]
            os.fsync(file.fileno())
        if new:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            with suppress(OSError):
                os.fsync(folder)
            os.close(folder)


NO_ANCHOR: Final = Anchor()


def lacking(
    marks: Sequence[Mark], signed: Mapping[int, str], begins_after: int, keys: KeyRing
) -> str:
    """What the anchor holds and the trail does not, in words; empty: nothing.

    A line that the hub did not sign holds nothing.

    What retention took away, told and signed, is no more compared: the chain *begins after* it.
    """
    for each in marks:
        other = each.size >= begins_after and signed.get(each.size) != each.hash
        if other and each.holds(keys):
            return f"the anchor holds a checkpoint at entry {each.size} that the trail does not"
    return ""


def _mark(row: Row[Any]) -> Mark:
    return Mark(size=row.size, hash=row.hash, at=micros(row.at), signature=row.signature)


def _line(mark: Mark) -> str:
    told = {"at": mark.at, "size": mark.size, "hash": mark.hash}
    return json.dumps({**told, "signature": mark.signature.hex()}) + "\n"


def _read(content: bytes) -> Iterator[Mark]:
    for line in content.splitlines():
        # Half a line is what a power cut leaves; the whole one follows it.
        with suppress(ValueError, KeyError, TypeError, OverflowError, RecursionError):
            told = json.loads(line)
            yield Mark(
                size=int(told["size"]),
                hash=str(told["hash"]),
                at=int(told["at"]),
                signature=bytes.fromhex(told["signature"]),
            )


def _is_torn(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"
