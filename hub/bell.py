"""Wakes the worker at once when a message must not wait for its next round.

A named pipe beside the database: ringing never blocks and needs nobody listening, as the worker
looks by itself every second anyway.
"""

import os
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector


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
        self._waiting = DefaultSelector()
        self._waiting.register(pipe, EVENT_READ)

    def wait(self, seconds: float) -> bool:
        """True as soon as it rings, False when *seconds* have passed without."""
        ready = self._waiting.select(seconds)
        if ready:
            # Another worker beside this one may have heard it first: its bell is ours.
            with suppress(BlockingIOError):
                os.read(self._pipe, 65536)
        return bool(ready)

    def close(self) -> None:
        self._waiting.close()
        os.close(self._pipe)
