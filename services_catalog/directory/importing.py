"""Brings the national extraction in: in batches, resumable, and the same when done twice."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Connection, func, insert, select, update

from hub import HubError, UnitOfWork, value

from .entries import Entry
from .extraction import LONGEST_LINE, Line, Reader, Unreadable
from .index import NATIONAL, Index
from .tables import imports

BATCH: Final = 2_000
_SAMPLE: Final = 1 << 20
_NAMED: Final = 10
LOSS: Final = 0.3
"""The share of the national entries that an import may end without being told to."""


class TooMuchGone(HubError):
    """Half a file, or another one: nothing was ended."""


@value
class Progress:
    bytes: int
    size: int
    lines: int
    unread: int


@value
class Imported:
    lines: int
    unread: int
    """Lines that said nothing readable."""
    first: tuple[str, ...] = ()
    """Some of them: the line, counted from where this run began, and why."""
    already: bool = False
    """The same file had come in before; nothing was done."""


@value
class _Standing:
    number: int
    offset: int = 0
    lines: int = 0
    unread: int = 0
    done: bool = False


class Importing:
    def __init__(self, unit_of_work: UnitOfWork, tell: Callable[[Progress], None]) -> None:
        self._unit_of_work = unit_of_work
        self._tell = tell

    def run(self, file: Path, *, again: bool = False, all_gone: bool = False) -> Imported:
        """Raise `WrongHeader`, or `TooMuchGone` unless *all_gone* allows it."""
        size = file.stat().st_size
        with file.open("rb") as stream:
            reader = Reader(stream.readline(LONGEST_LINE))
            standing = self._standing(_fingerprint(stream, size), again=again)
            if standing.done:
                return Imported(lines=standing.lines, unread=standing.unread, already=True)
            if standing.offset:
                stream.seek(standing.offset)
            standing, first = self._read(stream, reader, standing, size)
        self._end(standing, all_gone=all_gone)
        return Imported(lines=standing.lines, unread=standing.unread, first=first)

    def _read(
        self, stream: BinaryIO, reader: Reader, standing: _Standing, size: int
    ) -> tuple[_Standing, tuple[str, ...]]:
        bad: list[str] = []
        at = standing.lines + standing.unread
        while batch := list(_lines(stream)):
            good: list[Line] = []
            unread = 0
            for raw in batch:
                at += 1
                try:
                    good.append(reader.line(raw))
                except Unreadable as error:
                    unread += 1
                    bad = [*bad, f"{at}: {error}"][:_NAMED]
            standing = replace(
                standing,
                offset=stream.tell(),
                lines=standing.lines + len(good),
                unread=standing.unread + unread,
            )
            self._keep(good, standing)
            self._tell(
                Progress(
                    bytes=standing.offset, size=size, lines=standing.lines, unread=standing.unread
                )
            )
        return standing, tuple(bad)

    def _keep(self, good: list[Line], standing: _Standing) -> None:
        """One batch and how far it brought us: together or not at all."""
        found = [Entry(person=line.person, places=(line.place,)) for line in good]
        with self._unit_of_work() as connection:
            Index(connection).write(found, NATIONAL, standing.number)
            _remember(connection, standing)

    def _end(self, standing: _Standing, *, all_gone: bool) -> None:
        with self._unit_of_work() as connection:
            index = Index(connection)
            gone, every = index.older(standing.number)
            if gone > every * LOSS and not all_gone:
                raise TooMuchGone(
                    f"{gone} of {every} people are not in this file: is it whole? "
                    "With --accept-removals they are taken out"
                )
            index.drop_older(NATIONAL, standing.number)
            _remember(connection, replace(standing, done=True))

    def _standing(self, fingerprint: str, *, again: bool) -> _Standing:
        with self._unit_of_work() as connection:
            last = connection.execute(
                select(imports).order_by(imports.c.id.desc()).limit(1)
            ).one_or_none()
            if last and last.fingerprint == fingerprint and not (again and last.done):
                return _Standing(
                    number=last.id,
                    offset=last.offset,
                    lines=last.lines,
                    unread=last.unread,
                    done=last.done,
                )
            number = 1 + (connection.execute(select(func.max(imports.c.id))).scalar() or 0)
            row = {"id": number, "fingerprint": fingerprint, "offset": 0, "lines": 0, "unread": 0}
            connection.execute(insert(imports), {**row, "done": False})
            return _Standing(number=number)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The next batch; an endless line comes in pieces, each unreadable."""
    for _ in range(BATCH):
        raw = stream.readline(LONGEST_LINE + 1)
        if not raw:
            return
        yield raw


def _fingerprint(stream: BinaryIO, size: int) -> str:
    """Of the length, the beginning and the end: the file is too long to be read twice."""
    back = stream.tell()
    stream.seek(0)
    seen = sha256(str(size).encode() + stream.read(_SAMPLE))
    stream.seek(-min(size, _SAMPLE), os.SEEK_END)
    seen.update(stream.read())
    stream.seek(back)
    return seen.hexdigest()


def _remember(connection: Connection, standing: _Standing) -> None:
    connection.execute(
        update(imports)
        .where(imports.c.id == standing.number)
        .values(
            offset=standing.offset,
            lines=standing.lines,
            unread=standing.unread,
            done=standing.done,
        )
    )
