"""What pages may read of sessions and of the audit trail: the ports the store fills."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, MethodName, ServiceId, SessionId


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


class TrailBook(Protocol):
    """The audit trail, as the person, the support and the référent see it."""

    def note(self, entry: AuditEntry) -> object: ...

    def of_account(self, account: AccountId, limit: int) -> Sequence[AuditEntry]:
        """Newest first."""

    def by_support(self, code: str) -> Sequence[AuditEntry]:
        """One sign-in, oldest first; nothing when the code is unknown."""
