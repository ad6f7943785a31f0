"""What a service asked, what was decided, and what it was answered: kept for its developers.

Written only for services whose table says `journal = true`; for all others nothing is done.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from satosa.response import Response
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from hub import Authentication, RequestRefused, StoreUnavailable, Toolbox, value

from .clients import Client
from .digests import hashed
from .masking import masked
from .tables import flows, grants, tokens

MOST_STEPS: Final = 500
"""Kept of one service: the oldest make room."""
MOST_FLOWS: Final = 50
KEPT_FOR: Final = timedelta(days=7)


@value
class Step:
    at: datetime
    step: str
    told: Mapping[str, str]


@value
class Flow:
    """Everything that came of one request, in order."""

    id: str
    steps: tuple[Step, ...]


class Journal:
    def __init__(self, toolbox: Toolbox, clients: Mapping[str, Client]) -> None:
        """*clients* as they are now; none are needed to read or to forget."""
        self._clients = clients
        self._work = toolbox.unit_of_work
        self._clock = toolbox.clock

    def asked(self, client: Client, sent: Mapping[str, str]) -> str | None:
        """The name under which what follows belongs to it; `None`: nothing is kept."""
        if not client.declared.journal:
            return None
        flow = secrets.token_urlsafe(12)
        self._keep(client, "asked", masked(sent), flow=flow)
        return flow

    @contextmanager
    def watching(self, sent: Mapping[str, str]) -> Iterator[None]:
        """A page is shown instead of an answer when the address to answer to is not registered."""
        try:
            yield
        except RequestRefused as error:
            client = self._listening(sent.get("client_id", ""))
            if client and (flow := self.asked(client, sent)):
                self._keep(client, "turned_away", {"error": error.code}, flow=flow)
            raise

    def refused(self, said: Mapping[str, Any], told: Mapping[str, str]) -> None:
        client = self._listening(said["client_id"])
        if client and (flow := said.get("flow")):
            self._keep(client, "refused", masked(told), flow=flow)

    def vouched(self, said: Mapping[str, Any], told: Authentication, code: str) -> None:
        """What was decided about the person, without saying who, and the code that was given."""
        client = self._listening(said["client_id"])
        if client is None or not (flow := said.get("flow")):
            return
        age = int((self._clock() - told.at).total_seconds())
        facts = {"acr": told.acr, "amr": " ".join(told.amr), "age": str(max(0, age))}
        known = " ".join(sorted(told.claims))
        self._keep(client, "vouched", {**facts, "claims": known}, flow=flow, code=code)

    def exchanged(self, client: Client, form: Mapping[str, str], answer: Response) -> None:
        """What came to the token endpoint, and what left it."""
        if not client.declared.journal:
            return
        given = json.loads(str(answer.message))
        step = "refused" if "error" in given else "tokens"
        secret = {name: form[name] for name in ("code", "refresh_token") if name in form}
        self._keep(client, "token", masked(form), **secret)
        self._keep(client, step, masked(given), **secret)

    def told_claims(self, client_id: str, grant_id: str, names: Iterable[str]) -> None:
        """UserInfo answered: the names of the claims, never what they said."""
        if client := self._listening(client_id):
            self._keep(client, "claims", {"claims": " ".join(sorted(names))}, grant=grant_id)

    def of(self, service: str) -> Sequence[Flow]:
        """The last ones first."""
        ours = select(flows).where(flows.c.service == service, flows.c.at > self._oldest())
        with self._work() as work:
            rows = work.execute(ours.order_by(flows.c.at)).all()
        # The row of the code knows both names: from there on steps belong to the grant.
        begun = {row.grant_id: row.flow for row in rows if row.flow and row.grant_id}
        found: dict[str, list[Step]] = {}
        for row in rows:
            name = row.flow or begun.get(row.grant_id) or row.grant_id or row.id
            found.setdefault(name, []).append(_step(row))
        made = [Flow(id=name, steps=tuple(steps)) for name, steps in found.items()]
        return sorted(made, key=lambda flow: flow.steps[0].at, reverse=True)[:MOST_FLOWS]

    def purge(self) -> None:
        with self._work() as work:
            work.execute(delete(flows).where(flows.c.at <= self._oldest()))

    def _keep(
        self,
        client: Client,
        step: str,
        told: Mapping[str, str],
        *,
        flow: str | None = None,
        grant: str | None = None,
        **secret: str,
    ) -> None:
        row = {
            "id": secrets.token_urlsafe(12),
            "service": client.service,
            "flow": flow,
            "at": self._now(),
            "step": step,
            "told": json.dumps(told),
        }
        # A journal that cannot be written stops nobody from signing in.
        with suppress(StoreUnavailable), self._work() as work:
            found = grant or _grant_of(work, secret)
            work.execute(insert(flows), {**row, "grant_id": found})
            work.execute(_too_many(client.service))

    def _listening(self, client_id: str) -> Client | None:
        client = self._clients.get(client_id)
        return client if client and client.declared.journal else None

    def _oldest(self) -> int:
        return self._now() - int(KEPT_FOR.total_seconds() * 1_000_000)

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1_000_000)


def _grant_of(work: Connection, secret: Mapping[str, str]) -> str | None:
    if "code" in secret:
        wanted = select(grants.c.id).where(grants.c.code == hashed(secret["code"]))
    elif "refresh_token" in secret:
        wanted = select(tokens.c.grant_id).where(tokens.c.hash == hashed(secret["refresh_token"]))
    else:
        return None
    found: str | None = work.execute(wanted).scalar_one_or_none()
    return found


def _too_many(service: str) -> Any:
    newest = select(flows.c.at).where(flows.c.service == service).order_by(flows.c.at.desc())
    last = newest.offset(MOST_STEPS).limit(1).scalar_subquery()
    return delete(flows).where(flows.c.service == service, flows.c.at <= last)


def _step(row: Any) -> Step:
    at = datetime.fromtimestamp(row.at / 1_000_000, UTC)
    return Step(at=at, step=row.step, told=json.loads(row.told))
