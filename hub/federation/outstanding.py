"""The requests SATOSA's SAML backends wait for an answer to: kept with their sign-in, not here.

SATOSA keeps them in one dictionary of the process. An answer made for one browser would then be
taken in any other, and none at all by another process than the one that asked.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from satosa.state import State

_KEY: Final = "hub.outstanding"


class Outstanding(MutableMapping[str, str]):
    """Reads and writes the state of the sign-in being worked on; without one it is empty."""

    def __init__(self) -> None:
        self._state: ContextVar[State | None] = ContextVar(_KEY, default=None)

    @contextmanager
    def of(self, state: State) -> Iterator[None]:
        token = self._state.set(state)
        try:
            yield
        finally:
            self._state.reset(token)

    def __getitem__(self, request: str) -> str:
        return self._kept()[request]

    def __setitem__(self, request: str, kept: str) -> None:
        self._kept()[request] = kept

    def __delitem__(self, request: str) -> None:
        del self._kept()[request]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept())

    def __len__(self) -> int:
        return len(self._kept())

    def _kept(self) -> dict[str, str]:
        state = self._state.get()
        kept: dict[str, str] = {} if state is None else state.setdefault(_KEY, {})
        return kept


def lend_outstanding(backend: Any) -> Outstanding:
    """In the place of the backend's own, if it has one."""
    outstanding = Outstanding()
    if isinstance(getattr(backend, "outstanding_queries", None), dict):
        backend.outstanding_queries = outstanding
    return outstanding
