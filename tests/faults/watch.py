"""Who is inside and why others are not, read from the database of a region."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from hub.contract.values import value
from hub.store.tables import browser_session, trail
from hub_frontends.oidc.tables import grants
from tests.flows.region import Region


@value
class Entry:
    number: int
    action: str
    place: str
    why: str


class Watch:
    """Everything since `begin`: what a sound flow did before does not count."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._known: set[str] = set()
        self._last = 0

    def begin(self) -> None:
        self._known = self._sessions() | self._grants()
        self._last = max((each.number for each in self._entries()), default=0)

    def assert_nobody_is_in(self) -> None:
        assert self._sessions() - self._known == set()
        assert self._grants() - self._known == set()
        assert self.happened("login.vouched") == 0

    def assert_a_password_opened_nothing_more(self) -> None:
        """The same at the second step: one session, of a password alone, and nothing granted."""
        assert len(self._sessions() - self._known) == 1
        assert self._grants() - self._known == set()
        assert self.happened("login.vouched") == 0
        assert self.proofs() == ["password"]

    def assert_one_is_in(self) -> None:
        assert len(self._sessions() - self._known) == 1
        assert len(self._grants() - self._known) == 1
        assert self.happened("login.vouched") == 1

    def reasons(self) -> list[str]:
        """The code of every refusal, oldest first."""
        return [each.why for each in self._since() if each.why]

    def proofs(self) -> list[str]:
        return [each.place for each in self._since() if each.action == "method.proved"]

    def happened(self, action: str) -> int:
        return sum(each.action == action for each in self._since())

    def _since(self) -> list[Entry]:
        return [each for each in self._entries() if each.number > self._last]

    def _entries(self) -> Iterator[Entry]:
        asked = select(trail.c.id, trail.c.action, trail.c.details).order_by(trail.c.id)
        with self._region.app.database.transaction() as transaction:
            for row in transaction.execute(asked).all():
                details = json.loads(row.details)
                yield Entry(
                    number=row.id,
                    action=row.action,
                    place=details.get("place", ""),
                    why=details.get("why", ""),
                )

    def _sessions(self) -> set[str]:
        asked = select(browser_session.c.id).where(browser_session.c.ended_at.is_(None))
        with self._region.app.database.transaction() as transaction:
            return set(transaction.execute(asked).scalars())

    def _grants(self) -> set[str]:
        with self._region.app.database.transaction() as transaction:
            return set(transaction.execute(select(grants.c.id)).scalars())
