"""One person's password as it is kept: the hash, its times, and former hashes."""

import json
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from hub import AccountId, Credential, CredentialDrawer, value

ID: Final = "password"
Life = timedelta | Literal["none"]


@value
class Kept:
    account: AccountId
    hashed: str = field(repr=False)
    set_at: datetime
    expires_at: datetime | None
    """`None`: never."""
    must_change: bool = False
    """Given by somebody else: opens nothing after `expires_at`, and little before."""
    former: tuple[str, ...] = field(default=(), repr=False)
    """Hashes of earlier ones, newest first."""
    version: int = 0

    def due(self, now: datetime) -> bool:
        return self.must_change or self.expired(now)

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


class Vault:
    def __init__(self, drawer: CredentialDrawer) -> None:
        self._drawer = drawer

    def of(self, account: AccountId) -> Kept | None:
        return next((_opened(each) for each in self._drawer.of(account) if each.id == ID), None)

    def put(self, kept: Kept) -> None:
        """Raise `StaleCredential` when it was changed since it was read."""
        self._drawer.put(_closed(kept))

    def remove(self, account: AccountId) -> None:
        self._drawer.remove(account, ID)


def chosen(
    account: AccountId, hashed: str, now: datetime, life: Life, earlier: Kept | None, remember: int
) -> Kept:
    """The person's own new password, in the place of *earlier*."""
    former = (earlier.hashed, *earlier.former)[:remember] if earlier else ()
    return Kept(
        account=account,
        hashed=hashed,
        set_at=now,
        expires_at=None if life == "none" else now + life,
        former=former,
        version=earlier.version if earlier else 0,
    )


def lent(kept: Kept, until: datetime) -> Kept:
    return replace(kept, must_change=True, expires_at=until)


def rehashed(kept: Kept, hashed: str) -> Kept:
    """The same password, hashed with today's figures."""
    return replace(kept, hashed=hashed)


def used_before(kept: Kept | None) -> Sequence[str]:
    return (kept.hashed, *kept.former) if kept else ()


def _closed(kept: Kept) -> Credential:
    secret = {"hash": kept.hashed, "former": list(kept.former)}
    return Credential(
        id=ID,
        account=kept.account,
        label="",
        public={
            "set_at": kept.set_at.isoformat(),
            "expires_at": kept.expires_at.isoformat() if kept.expires_at else None,
            "must_change": kept.must_change,
        },
        secret=json.dumps(secret).encode(),
        version=kept.version,
    )


def _opened(credential: Credential) -> Kept:
    secret = json.loads(credential.secret)
    expires_at = credential.public["expires_at"]
    return Kept(
        account=credential.account,
        hashed=secret["hash"],
        set_at=datetime.fromisoformat(str(credential.public["set_at"])),
        expires_at=datetime.fromisoformat(str(expires_at)) if expires_at else None,
        must_change=credential.public["must_change"] is True,
        former=tuple(secret["former"]),
        version=credential.version,
    )
