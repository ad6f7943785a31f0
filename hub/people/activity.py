"""What pages may read of sessions and of the audit trail: the ports the store fills."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, MethodName, ServiceId, SessionId
from hub.contract.values import value


class SessionLine(Protocol):
    """One live session, as its person may recognise it."""

    @property
    def id(self) -> SessionId: ...
    @property
    def device(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def began_at(self) -> datetime: ...
    @property
    def seen_at(self) -> datetime: ...
    @property
    def methods(self) -> Sequence[MethodName]: ...
    @property
    def services(self) -> Sequence[ServiceId]: ...


class SessionsBook(Protocol):
    def of(self, account: AccountId) -> Sequence[SessionLine]:
        """The live ones, the last used first."""

    def end_all(self, account: AccountId, except_: SessionId | None) -> object:
        """End every session of the account but one; grants made in them no longer hold."""

    def left(self, key: str) -> timedelta | None:
        """How long that one lasts if nobody does anything. Asking is no use of it."""

    def stay(self, key: str) -> timedelta | None:
        """It is used now. How long it lasts then; `None`: it was over already."""

    def share(self, session: SessionId, shared: bool) -> bool:
        """Its person says that its workstation is one of many people, or no longer.

        False: those who run the workstation say that it is, and that stands.
        """

    def share_as_told(self, session: SessionId) -> None:
        """Those who run the workstation say that it is one of many people."""


@value
class Evicted:
    """A session that gave way to a newer one of the same account."""

    at: datetime
    device: str
    """Of the newer one."""
    most: int
    """How many an account may have at once."""


class EvictionsBook(Protocol):
    def of(self, key: str) -> Evicted | None:
        """`None`: that session did not end so, or too long ago to matter."""


class TrailBook(Protocol):
    """The audit trail, as the person, the support and the référent see it."""

    def note(self, entry: AuditEntry) -> object: ...

    def of_account(self, account: AccountId, limit: int) -> Sequence[AuditEntry]:
        """Newest first."""

    def newest(self, account: AccountId, action: str) -> AuditEntry | None:
        """The last time this was noted of them, however much came after."""

    def by_support(self, code: str) -> Sequence[AuditEntry]:
        """One sign-in, oldest first; nothing when the code is unknown."""
