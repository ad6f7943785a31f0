"""What the simulator remembers until it stops: sessions, codes, tokens, requests to telephones."""

import secrets
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar

from .personas import Persona

KEPT: Final = 2000
T = TypeVar("T")


@dataclass
class Session:
    """Somebody signed in at the simulator."""

    persona: Persona
    mode: str
    """`CARD`, `MOBILE`, `IDENTITY_BROKER`: how."""
    at: int
    seen: int
    id: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    told: set[str] = field(default_factory=set)
    """The clients that were given a token in it."""


@dataclass
class Request:
    """One request sent to a telephone, which shows three numbers."""

    persona: Persona | None
    """`None`: nobody has that identifier; no telephone rings, and the page does not say so."""
    number: str
    choices: tuple[str, ...]
    at: int
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    said: bool | None = None
    """`None` until the telephone answered."""


class Memory:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = Lock()
        self.sessions: dict[str, Session] = {}
        self.requests: dict[str, Request] = {}
        self.codes: dict[str, Any] = {}
        self.access: dict[str, Any] = {}
        self.refresh: dict[str, Any] = {}

    def now(self) -> int:
        return int(self._now())

    def keep(self, place: MutableMapping[str, T], name: str, what: T) -> None:
        """The oldest is forgotten first."""
        with self._lock:
            place[name] = what
            while len(place) > KEPT:
                del place[next(iter(place))]

    def take(self, place: MutableMapping[str, T], name: str) -> T | None:
        """Once: whoever comes second gets nothing."""
        with self._lock:
            return place.pop(name, None)

    def open(self, persona: Persona, mode: str) -> Session:
        session = Session(persona=persona, mode=mode, at=self.now(), seen=self.now())
        self.keep(self.sessions, session.id, session)
        return session

    def ask(self, persona: Persona | None) -> Request:
        drawn = secrets.SystemRandom().sample(range(100), 3)
        choices = tuple(f"{each:02}" for each in drawn)
        request = Request(
            persona=persona, number=secrets.choice(choices), choices=choices, at=self.now()
        )
        self.keep(self.requests, request.id, request)
        return request

    def close(self, session: Session) -> None:
        """With everything that was given in it."""
        self.take(self.sessions, session.id)
        with self._lock:
            for place in (self.access, self.refresh, self.codes):
                for name in [name for name, each in place.items() if each.session is session]:
                    del place[name]
