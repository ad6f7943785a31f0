"""Authorization requests kept for the browser that comes with their name, sealed."""

import secrets
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, false, func, insert, or_, select, update

from hub import Toolbox, value

from .digests import hashed
from .answers import EndpointError
from .tables import requests

LIFETIME: Final = timedelta(seconds=90)
"""How long a browser may take to bring the name; FAPI 2.0 5.3.2.2: less than ten minutes.

A redirect takes a second; a name that leaked is worth nothing soon after."""
_FINISHING: Final = timedelta(hours=1)
"""How long a login begun with the request may take: it is used up when that ends."""
_NAME: Final = requests.c.hash == bindparam("named")
_READ: Final = select(requests).where(_NAME)
_USE: Final = (
    update(requests)
    .where(_NAME, requests.c.used == false())
    .values(used=True)
    .returning(requests.c.hash)
)
_COUNT: Final = select(func.count()).where(
    requests.c.counted == bindparam("by"),
    requests.c.until > bindparam("now"),
    requests.c.used == false(),
)
_KEEP: Final = insert(requests)


@value
class Owner:
    """*client* may bring the request back; who is `counted` together shares one allowance."""

    client: str
    counted: str


class RequestBook:
    def __init__(self, toolbox: Toolbox, most: int) -> None:
        """*most*: how many requests one owner may have kept and not used."""
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._clock = toolbox.clock
        self._most = most

    def keep(self, owner: Owner, text: str) -> str:
        """Return the name it is found by; raise `EndpointError` when the owner has too many."""
        name, now = secrets.token_urlsafe(32), self._now()
        counted = self._seal.digest(owner.counted, "request.counted")
        row = {
            "hash": hashed(name),
            "client": owner.client,
            "counted": counted,
            "content": self._seal.close(text.encode(), f"request/{hashed(name)}"),
            "used": False,
            "until": now + int(LIFETIME.total_seconds()),
        }
        with self._work() as work:
            if work.execute(_COUNT, {"by": counted, "now": now}).scalar_one() >= self._most:
                raise _too_many()
            work.execute(_KEEP, row)
        return name

    def read(self, name: str, client: str) -> str | None:
        """As often as the page is loaded; `None` when it is another's, used up or too old."""
        with self._work() as work:
            row: Any = work.execute(_READ, {"named": hashed(name)}).one_or_none()
        if row is None or row.client != client or row.used or row.until <= self._now():
            return None
        return self._seal.open(row.content, f"request/{row.hash}").decode()

    def use(self, name: str) -> bool:
        """Take it, once: a link preview or a reload loads the page, but gets no code."""
        with self._work() as work:
            return work.execute(_USE, {"named": hashed(name)}).one_or_none() is not None

    def purge(self) -> None:
        now = self._now()
        finished = requests.c.until <= now - int(_FINISHING.total_seconds())
        # What belongs to no client is brought once and never used up.
        brought = (requests.c.client == "") & (requests.c.until <= now)
        with self._work() as work:
            work.execute(delete(requests).where(or_(finished, brought)))

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _too_many() -> EndpointError:
    later = (("Retry-After", str(int(LIFETIME.total_seconds()))),)
    return EndpointError(
        "temporarily_unavailable",
        "too many requests are kept already",
        "429 Too Many Requests",
        later,
    )
