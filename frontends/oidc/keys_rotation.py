"""Changes the signing keys: on a schedule, and by `hub rotate-keys`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hub import Toolbox

from .keys import KeepsKeys, Keys, with_first_keys
from .keys_files import KeyFiles
from .keys_hsm import Hsm
from .keys_schedule import Dated, coming, retired, signing
from .keys_table import KeyTable
from .settings import OidcSettings


def key_book(settings: OidcSettings, toolbox: Toolbox) -> KeepsKeys:
    if settings.keys_in == "files":
        return KeyFiles(Path(settings.keys))
    return KeyTable(toolbox, Hsm(settings.hsm) if settings.hsm else None)


def open_keys(settings: OidcSettings, toolbox: Toolbox) -> Keys:
    """The keys of this process; raise `ConfigError` when they cannot be had."""
    if settings.hsm:
        Hsm(settings.hsm).check(settings.algorithms)

    def book() -> KeepsKeys:
        now = int(toolbox.clock().timestamp())
        return with_first_keys(key_book(settings, toolbox), settings.algorithms, now)

    return Keys(book, settings.publish_after, toolbox.clock)


class Rotation:
    def __init__(self, settings: OidcSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._before = int(settings.publish_before.total_seconds())
        self._after = int(settings.publish_after.total_seconds())

    def turn(self) -> None:
        """What is due by itself: a next key in time, and no former one for ever."""
        book, now, every = self._book(), self._now(), self._settings.rotate_every.total_seconds()
        dates = _dates(book)
        for alg in self._settings.algorithms:
            current = signing(dates, alg, now)
            began = _began(current) if current else None
            waits = coming(dates, alg, now) is not None
            if not waits and (began is None or now >= began + every - self._before):
                self._make(book, alg, now + self._before)
        for name in retired(dates, now, self._after):
            self._forget(book, name)

    def prepare(self) -> Sequence[Dated]:
        """See that each algorithm has a next key; those that wait for their moment."""
        book, now = self._book(), self._now()
        for alg in self._settings.algorithms:
            if coming(_dates(book), alg, now) is None:
                self._make(book, alg, now + self._before)
        return [each for each in _dates(book) if (each.signs_from or 0) > now]

    def switch(self) -> Sequence[Dated]:
        """Sign with the next keys at once, new ones where none waits; those that sign then."""
        book, now = self._book(), self._now()
        return [self._switched(book, alg, now) for alg in self._settings.algorithms]

    def revoke(self) -> Sequence[Dated]:
        """The same, and no other key is published any more: whoever stole one signs in vain."""
        book, now = self._book(), self._now()
        # A next key stood beside the stolen one: it is not trusted either.
        old = [each.name for each in _dates(book)]
        for alg in self._settings.algorithms:
            self._make(book, alg, self._moment(book, alg, now))
        for name in old:
            self._forget(book, name)
        return _dates(book)

    def _switched(self, book: KeepsKeys, alg: str, now: int) -> Dated:
        waiting, moment = coming(_dates(book), alg, now), self._moment(book, alg, now)
        if waiting is None:
            self._make(book, alg, moment)
        else:
            book.move(waiting.name, moment)
            self._note("brought_forward", alg)
        return max((d for d in _dates(book) if d.alg == alg), key=lambda d: d.signs_from == moment)

    def _moment(self, book: KeepsKeys, alg: str, now: int) -> int:
        current = signing(_dates(book), alg, now)
        # Two keys of one second would leave it open which signs.
        return max(now, (current.signs_from or 0) + 1) if current else now

    def _make(self, book: KeepsKeys, alg: str, signs_from: int) -> None:
        book.make(alg, signs_from, self._now())
        self._note("made", alg)

    def _forget(self, book: KeepsKeys, name: str) -> None:
        book.forget(name)
        self._note("destroyed", name)

    def _note(self, what: str, key: str) -> None:
        self._toolbox.note(f"signing_key.{what}", None, key=key)

    def _book(self) -> KeepsKeys:
        return key_book(self._settings, self._toolbox)

    def _now(self) -> int:
        return int(self._toolbox.clock().timestamp())


def rotate_keys(rotation: Rotation, words: Sequence[str]) -> int:
    """`hub rotate-keys [--now | --revoke]`."""
    parser = argparse.ArgumentParser(prog="hub rotate-keys", description=rotate_keys.__doc__)
    haste = parser.add_mutually_exclusive_group()
    haste.add_argument("--now", action="store_true", help="sign with the next keys at once")
    haste.add_argument(
        "--revoke", action="store_true", help="a key was stolen: new ones, and no other is valid"
    )
    given = parser.parse_args(words)
    if given.revoke:
        told = rotation.revoke()
    else:
        told = rotation.switch() if given.now else rotation.prepare()
    for each in told:
        since = datetime.fromtimestamp(each.signs_from or 0, UTC).isoformat()
        sys.stdout.write(f"{each.alg}: {each.name} signs from {since}\n")
    return 0


def _began(key: Dated) -> int:
    return key.signs_from or key.made


def _dates(book: KeepsKeys) -> list[Dated]:
    return [each.dated for each in book.read()]
