"""Signing keys in a folder, one PEM file each.

`RS256.pem` signs from the beginning, `RS256-20260101T120000Z.pem` from that moment on. Any other
`RS256-<anything>.pem` is only published.
"""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hub import ConfigError

from .keys import Kept
from .keys_material import made, read, written
from .keys_schedule import ALWAYS, Dated
from .settings import ALGORITHMS

_MOMENT: Final = "%Y%m%dT%H%M%SZ"


class KeyFiles:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def version(self) -> object:
        return self._folder.stat().st_mtime_ns

    def read(self) -> Sequence[Kept]:
        """Raise `ConfigError` with the name of a file that is no key."""
        return [_kept(file) for file in sorted(self._folder.glob("*.pem"))]

    def make(self, alg: str, signs_from: int, now: int) -> None:
        draft = self._folder / f".{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(written(made(alg)))
            os.utime(draft, (now, now))
            # Several workers start at once: the link of one succeeds, all read the same file then.
            with suppress(FileExistsError):
                os.link(draft, self._file(alg, signs_from))
        finally:
            draft.unlink()

    def move(self, name: str, signs_from: int) -> None:
        file = self._folder / f"{name}.pem"
        with suppress(FileNotFoundError):
            file.rename(self._file(name.partition("-")[0], signs_from))

    def forget(self, name: str) -> None:
        (self._folder / f"{name}.pem").unlink(missing_ok=True)

    def _file(self, alg: str, signs_from: int) -> Path:
        if signs_from == ALWAYS:
            return self._folder / f"{alg}.pem"
        moment = datetime.fromtimestamp(signs_from, UTC).strftime(_MOMENT)
        return self._folder / f"{alg}-{moment}.pem"


def _kept(file: Path) -> Kept:
    alg, _, label = file.stem.partition("-")
    if alg not in ALGORITHMS:
        raise ConfigError(str(file), "a key's file is named after its algorithm: RS256-2026.pem")
    if file.stat().st_mode & 0o077:
        # Whoever reads it vouches for anybody to every service.
        raise ConfigError(str(file), f"others may read it: chmod 600 {file}")
    try:
        key, changed = read(file.read_bytes(), alg), int(file.stat().st_mtime)
    except (ValueError, OSError) as error:
        raise ConfigError(str(file), f"is no {alg} key: {type(error).__name__}") from None
    moment = ALWAYS if not label else _moment(label)
    return Kept(dated=Dated(name=file.stem, alg=alg, made=changed, signs_from=moment), key=key)


def _moment(label: str) -> int | None:
    try:
        return int(datetime.strptime(label, _MOMENT).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
