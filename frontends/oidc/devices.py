"""The devices a person has associated: grants that outlive sessions, with a name each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select, true, update

from hub import AccountId, Toolbox, value

from .lives import Life
from .tables import grants, tokens

LONGEST_NAME: Final = 60
_MINE: Final = (grants.c.account == bindparam("of_account"), grants.c.life == Life.DEVICE)
_ALIVE: Final = (
    grants.c.ended.is_not(true()),
    grants.c.redeemed == true(),
    grants.c.until > bindparam("now"),
)
_LIST: Final = (
    select(
        *(grants.c[name] for name in ("id", "client", "sid", "made", "device")),
        func.max(tokens.c.issued).label("seen"),
    )
    .join_from(grants, tokens)
    .where(*_MINE, *_ALIVE)
    .group_by(*(grants.c[name] for name in ("id", "client", "sid", "made", "device")))
    .order_by(grants.c.made.desc(), grants.c.id)
)
_ONE: Final = (*_MINE, grants.c.id == bindparam("of_id"))
_REMOVE: Final = update(grants).where(*_ONE).values(ended=True).returning(grants.c.client)
_NAME: Final = update(grants).where(*_ONE).values(device=bindparam("called"))
_END_ALL: Final = update(grants).where(*_MINE).values(ended=True)


@value
class Device:
    id: str
    client: str
    association: str
    name: str
    since: datetime
    seen_at: datetime


class DeviceBook:
    def __init__(self, toolbox: Toolbox) -> None:
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._clock = toolbox.clock

    def of(self, account: AccountId) -> Sequence[Device]:
        """The newest first."""
        named = {"of_account": account, "now": int(self._clock().timestamp())}
        with self._work() as work:
            return [self._read(row) for row in work.execute(_LIST, named)]

    def remove(self, account: AccountId, device_id: str) -> str | None:
        """End all it was given, and return the client it spoke for; `None`: no device of theirs."""
        with self._work() as work:
            named = {"of_account": account, "of_id": device_id}
            client: str | None = work.execute(_REMOVE, named).scalar_one_or_none()
        return client

    def rename(self, account: AccountId, device_id: str, name: str) -> None:
        called = self._seal.close(fit(name).encode(), f"device/{device_id}")
        with self._work() as work:
            work.execute(_NAME, {"of_account": account, "of_id": device_id, "called": called})

    def end_all(self, account: AccountId) -> None:
        with self._work() as work:
            work.execute(_END_ALL, {"of_account": account})

    def _read(self, row: Any) -> Device:
        named = self._seal.open(row.device, f"device/{row.id}").decode() if row.device else ""
        return Device(
            id=row.id,
            client=row.client,
            association=row.sid,
            name=named,
            since=datetime.fromtimestamp(row.made, UTC),
            seen_at=datetime.fromtimestamp(row.seen, UTC),
        )


def fit(name: str) -> str:
    """A name as it may be shown and kept."""
    shown = "".join(sign for sign in name if sign.isprintable())
    return " ".join(shown.split())[:LONGEST_NAME]
