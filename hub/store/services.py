"""The services that joined while the hub runs, and which of hub.toml are switched off.

Every change counts one number on, in the same transaction: whoever keeps a copy compares that.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from hub.contract.errors import NameTaken
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.services import (
    Access,
    DeclaredPeer,
    Launch,
    Registration,
    Service,
    ServiceState,
    Tile,
)
from hub.contract.values import Clock, value
from hub.store.codec import canonical, decode, encode
from hub.store.database import Database
from hub.store.tables import edition, service, service_off

_NAME: Final = "services"
_EDITION: Final = select(edition.c.number).where(edition.c.name == _NAME)
_ALL: Final = select(service).order_by(service.c.since, service.c.id)


@value
class _Described:
    access: Access
    claims: frozenset[str]
    tile: Tile | None
    launch: Launch | None
    sector: str = ""


class SqlServices:
    """A `Registry`, and what the operator does besides."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def edition(self) -> int:
        with self._database.transaction() as transaction:
            return transaction.execute(_EDITION).scalar_one_or_none() or 0

    def all(self) -> Sequence[Registration]:
        """Oldest first, whatever their state."""
        with self._database.transaction() as transaction:
            return [_registration(row) for row in transaction.execute(_ALL)]

    def off(self) -> frozenset[ServiceId]:
        with self._database.transaction() as transaction:
            names = transaction.execute(select(service_off.c.id)).scalars()
            return frozenset(ServiceId(name) for name in names)

    def find(self, name: ServiceId) -> Registration | None:
        with self._database.transaction() as transaction:
            row = transaction.execute(select(service).where(service.c.id == name)).first()
        return _registration(row) if row else None

    def add(self, registration: Registration) -> None:
        row = {**_row(registration), "revision": registration.revision}
        new = self._database.insert(service).values(row).on_conflict_do_nothing()
        with self._database.transaction() as transaction:
            if transaction.execute(new.returning(service.c.id)).first() is None:
                raise NameTaken(registration.service.id)
            self._count(transaction)

    def change(self, registration: Registration) -> bool:
        there = (
            update(service)
            .where(
                service.c.id == registration.service.id,
                service.c.revision == registration.revision,
            )
            .values({**_row(registration), "revision": registration.revision + 1})
            .returning(service.c.id)
        )
        with self._database.transaction() as transaction:
            changed = transaction.execute(there).first() is not None
            self._count(transaction)
        return changed

    def remove(self, name: ServiceId) -> None:
        with self._database.transaction() as transaction:
            transaction.execute(delete(service).where(service.c.id == name))
            self._count(transaction)

    def joined_since(self, moment: datetime) -> int:
        asked = select(func.count()).select_from(service).where(service.c.since > moment)
        with self._database.transaction() as transaction:
            return transaction.execute(asked).scalar_one()

    def stand(self, name: ServiceId, state: ServiceState) -> bool:
        """False: none of that name joined."""
        there = (
            update(service)
            .where(service.c.id == name)
            .values(state=state, revision=service.c.revision + 1)
            .returning(service.c.id)
        )
        with self._database.transaction() as transaction:
            stands = transaction.execute(there).first() is not None
            self._count(transaction)
        return stands

    def switch(self, name: ServiceId, *, on: bool) -> None:
        """A service of hub.toml."""
        with self._database.transaction() as transaction:
            transaction.execute(delete(service_off).where(service_off.c.id == name))
            if not on:
                row = {"id": name, "since": self._clock()}
                transaction.execute(insert(service_off).values(row))
            self._count(transaction)

    def _count(self, transaction: Connection) -> None:
        first = self._database.insert(edition).values(name=_NAME, number=1)
        counted = first.on_conflict_do_update(
            index_elements=["name"], set_={"number": edition.c.number + 1}
        )
        transaction.execute(counted)


def _row(registration: Registration) -> dict[str, Any]:
    told, peer = registration.service, registration.service.peer
    described = _Described(
        access=told.access,
        claims=told.claims,
        tile=told.tile,
        launch=told.launch,
        sector=told.sector,
    )
    return {
        "id": told.id,
        "state": registration.state.value,
        "owner": registration.owner,
        "since": registration.since,
        "frontend": peer.frontend if peer else "",
        "described": encode(described, _Described).decode(),
        "peer": _json(peer.table if isinstance(peer, DeclaredPeer) else {}),
        "kept": _json(registration.kept),
    }


def _json(table: Any) -> str:
    return canonical(dict(table)).decode()


def _registration(row: Any) -> Registration:
    described = decode(row.described.encode(), _Described)
    peer = DeclaredPeer(frontend=row.frontend, table=json.loads(row.peer))
    plain = Service(
        id=ServiceId(row.id),
        access=described.access,
        claims=described.claims,
        tile=described.tile,
        launch=described.launch,
        sector=described.sector,
    )
    return Registration(
        service=replace(plain, peer=peer) if row.frontend else plain,
        since=row.since,
        state=ServiceState(row.state),
        owner=AccountId(row.owner) if row.owner else None,
        kept=json.loads(row.kept),
        revision=row.revision,
    )
