"""A shared study of each role, under a name and a link that the access table knows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import flask
from sqlalchemy import insert

from hub.contract.identifiers import AccountId, ServiceId
from hub.store.database import Database
from hub_services.emage.shares import Draft, Share
from hub_services.emage.tables import SHARES


def share_studies(
    site: flask.Flask, database: Database, senders: Mapping[str, AccountId], now: datetime
) -> None:
    """`share-<role>`, opened by the secret `secret-<role>`."""
    view: Any = site.view_functions["apps_emage/mine.one"]
    shares = view.__self__._shares
    for role, sender in senders.items():
        draft = Draft(
            service=ServiceId("emage"),
            sender=sender,
            subject=role,
            study="1.2.840",
            opens_at="http://localhost:8002/shared",
            back_to="http://localhost:8002/inside",
        )
        share = Share(
            id=f"share-{role}",
            draft=draft,
            secret=f"secret-{role}",
            created_at=now,
            ends_at=now + timedelta(days=3),
            recipient="paul.martin@elsewhere.example",
        )
        row = {**shares._row(share), "sent_at": int(now.timestamp())}
        with database.transaction() as transaction:
            transaction.execute(insert(SHARES).values(row))
