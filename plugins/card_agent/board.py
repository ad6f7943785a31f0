"""What the reader is doing, for everybody who waits to hear of it."""

from dataclasses import replace
from threading import Condition, Event, Thread
from typing import Final

from .cards import Cards, Sight, State

_PAUSE: Final = 1.0
_PULLED_FROM: Final = {
    State.READY,
    State.BLOCKED,
    State.UNREADABLE,
    State.NOT_AUTHENTICATION,
    State.REMOVED,
}


class Board:
    """Looks at the cards from one thread of its own; `post` says what is being done with one."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self._news = Condition()
        self._over = Event()
        self._seen = Sight(state=State.READING)
        self._doing: State | None = None
        self._told = self._seen
        self._change = 0
        self._watcher = Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._watcher.start()

    def stop(self) -> None:
        self._over.set()

    @property
    def sight(self) -> Sight:
        with self._news:
            return self._told

    def after(self, change: int, seconds: float) -> tuple[int, Sight]:
        """The first news after *change*; the same again when nothing happens for *seconds*."""
        with self._news:
            self._news.wait_for(lambda: self._change > change, timeout=seconds)
            return self._change, self._told

    def post(self, doing: State | None) -> None:
        """What is asked of the card meanwhile: its PIN, a signature; `None`: nothing any more."""
        with self._news:
            self._doing = doing
            self._tell()

    def settled(self, seconds: float) -> Sight:
        """What is there once a card that was just put in has been read."""
        with self._news:
            self._news.wait_for(lambda: self._told.state is not State.READING, timeout=seconds)
            return self._told

    def _watch(self) -> None:
        while not self._over.is_set():
            self._look()
            self._cards.wait(_PAUSE)

    def _look(self) -> None:
        seen = self._cards.look()
        with self._news:
            before = self._seen.state
            gone = seen.state is State.NO_CARD and before in _PULLED_FROM
            self._seen = replace(seen, state=State.REMOVED) if gone else seen
            self._tell()

    def _tell(self) -> None:
        doing = self._doing if self._seen.state is State.READY else None
        told = replace(self._seen, state=doing) if doing else self._seen
        if told != self._told:
            self._told = told
            self._change += 1
            self._news.notify_all()
