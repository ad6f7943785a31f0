"""What a grant lives with, and how long: a browser session, a device, or its own time."""

from collections.abc import Container
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from hub import Accounts, Sessions, value

if TYPE_CHECKING:
    from .granted import Grant

_HOUR: Final = 3600


class Life(StrEnum):
    SESSION = "session"
    """It ends with the browser session it was given in."""
    DEVICE = "device"
    """It outlives sessions, on a telephone or a device the person associated."""
    CLIENT = "client"
    """It was given to a service itself; nobody signed in."""


@value
class Lifetimes:
    """How long refresh tokens are good unused, and grants at all, by the kind of their life."""

    idle: timedelta = timedelta(days=1)
    longest: timedelta = timedelta(days=1)
    device_idle: timedelta = timedelta(days=30)
    device_longest: timedelta = timedelta(days=90)

    def unused(self, life: Life) -> int:
        """In seconds."""
        return _seconds(self.device_idle if life is Life.DEVICE else self.idle)

    def at_most(self, life: Life) -> int:
        match life:
            case Life.SESSION:
                return _seconds(self.longest)
            case Life.DEVICE:
                return _seconds(self.device_longest)
            case Life.CLIENT:
                # As long as its one access token may live: each token is a grant of its own.
                return _HOUR
        assert_never(life)


class Living:
    """Whether what a grant lives with is still there."""

    def __init__(self, sessions: Sessions, accounts: Accounts, clients: Container[str]) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._clients = clients

    def holds(self, grant: "Grant") -> bool:
        # What a service was given ends with the service: its tokens lie about, and it is closed.
        if grant.client not in self._clients:
            return False
        match grant.life:
            case Life.SESSION:
                return self._sessions.alive(grant.session)
            case Life.DEVICE:
                return self._open(grant)
            case Life.CLIENT:
                return True
        assert_never(grant.life)

    def _open(self, grant: "Grant") -> bool:
        # No session ends when a store alone closes an account: who it is is asked each time.
        account = self._accounts.by_id(grant.account) if grant.account else None
        return account is not None and not account.locked


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
