"""What is kept of each person's authenticators, and how a code is spent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from secrets import token_hex

from hub import AccountId, Credential, CredentialDrawer, Json, Means, StaleCredential

from .steps import step_of


class Spent(Enum):
    """What became of one code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    """It was right, once: whoever types it again may have read it over a shoulder."""


class Authenticators:
    def __init__(self, drawer: CredentialDrawer) -> None:
        self._drawer = drawer

    def of(self, account: AccountId) -> Sequence[Means]:
        return [
            Means(id=each.id, label=each.label, since=_since(each))
            for each in self._drawer.of(account)
        ]

    def spend(self, account: AccountId, code: str, now: datetime) -> Spent:
        """Works once, whichever of the person's authenticators shows it."""
        outcome = Spent.WRONG
        for credential in self._drawer.of(account):
            step = step_of(credential.secret.decode(), code, now)
            if step is None:
                continue
            # RFC 6238 5.2: a code works once, even within its own thirty seconds.
            if step > _last_step(credential) and self._take(credential, step):
                return Spent.RIGHT
            outcome = Spent.USED
        return outcome

    def add(self, account: AccountId, label: str, seed: str, step: int, now: datetime) -> None:
        """*step* is the one of the code that confirmed it: that code is spent."""
        public: dict[str, Json] = {"since": now.isoformat(), "last_step": step}
        self._drawer.put(
            Credential(
                id=token_hex(8), account=account, label=label, public=public, secret=seed.encode()
            )
        )

    def remove(self, account: AccountId, credential_id: str) -> str | None:
        """Its label, or `None` when there was none."""
        label = next((m.label for m in self.of(account) if m.id == credential_id), None)
        if label is not None:
            self._drawer.remove(account, credential_id)
        return label

    def _take(self, credential: Credential, step: int) -> bool:
        public = {**credential.public, "last_step": step}
        try:
            self._drawer.put(replace(credential, public=public))
        except StaleCredential:
            # Two sign-ins with one code at the same moment: the other was first.
            return False
        return True


def _last_step(credential: Credential) -> int:
    step = credential.public.get("last_step")
    return step if isinstance(step, int) else 0


def _since(credential: Credential) -> datetime | None:
    since = credential.public.get("since")
    return datetime.fromisoformat(since) if isinstance(since, str) else None
