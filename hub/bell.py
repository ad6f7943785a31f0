"""Wakes the worker at once when a message must not wait for its next round.

A named pipe beside the database: ringing never blocks and needs nobody listening, as the worker
looks by itself every second anyway.
"""

import os
import select
from contextlib import suppress
from pathlib import Path


class Bell:
    def __init__(self, path: Path) -> None:
        self._path = path

    def ring(self) -> None:
        """Wake whoever listens. Silent when nobody does: the message is in the outbox already."""
        with suppress(OSError):
            pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(pipe, b"!")
            finally:
                os.close(pipe)

    def listen(self) -> "Listening":
        with suppress(FileExistsError):
            os.mkfifo(self._path, 0o600)
        # Read and write: a pipe without any writer would be readable for ever.
        return Listening(os.open(self._path, os.O_RDWR | os.O_NONBLOCK))


class Listening:
    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def wait(self, seconds: float) -> bool:
        """True as soon as it rings, False when *seconds* have passed without."""
        ready, _, _ = select.select([self._pipe], [], [], seconds)
        if ready:
            # Another worker beside this one may have heard it first: its bell is ours.
            with suppress(BlockingIOError):
                os.read(self._pipe, 65536)
        return bool(ready)

    def close(self) -> None:
        os.close(self._pipe)
