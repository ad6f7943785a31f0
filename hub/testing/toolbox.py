"""A toolbox in memory: everything a plugin is lent, and what the plugin did with it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hub.contract.accounts import Account
from hub.contract.assurance import Level
from hub.contract.errors import HubError, NameTaken, StaleCredential
from hub.contract.fetching import Fetched, Unfetchable, Unfit
from hub.contract.identifiers import AccountId, SessionId, ServiceId
from hub.contract.logout import Departure
from hub.contract.messages import Delivery, Held, Message, MessageId, Progress
from hub.contract.pages import SignedIn
from hub.contract.sql import UnitOfWork
from hub.contract.services import Registration, Service, ServiceState
from hub.contract.toolbox import Credential, CredentialDrawer
from hub.contract.values import Clock, Json, value
from hub.broker.returning import WebReturning
from hub.testing.memory_card_host import MemoryCardHost
from hub.testing.memory import MemoryAccounts
from hub.testing.policies import TwoFactors
from hub.testing.recognising import MemoryRecognising
from hub.testing.seal import MemorySeal
from hub.testing.visiting import MemoryVisiting

if TYPE_CHECKING:
    import httpx
    from sqlalchemy import Connection

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@value
class Noted:
    """One line a plugin wrote into the audit trail."""

    action: str
    account: AccountId | None
    details: Mapping[str, str]


class MemoryClock:
    """Moves when told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)


class MemoryDrawer:
    def __init__(self) -> None:
        self._kept: dict[tuple[AccountId, str], Credential] = {}

    def of(self, account: AccountId) -> Sequence[Credential]:
        return [kept for (owner, _), kept in self._kept.items() if owner == account]

    def find(self, credential_id: str) -> Credential | None:
        found = [kept for (_, name), kept in self._kept.items() if name == credential_id]
        return found[0] if len(found) == 1 else None

    def put(self, credential: Credential) -> None:
        place = (credential.account, credential.id)
        stored = self._kept.get(place)
        if credential.version != (stored.version if stored else 0):
            raise StaleCredential(credential.id)
        self._kept[place] = replace(credential, version=credential.version + 1)

    def remove(self, account: AccountId, credential_id: str) -> bool:
        return self._kept.pop((account, credential_id), None) is not None


class MemoryOneTime:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Mapping[str, Json]]] = {}

    def put(self, key: str, content: Mapping[str, Json], *, seconds: int) -> None:
        self._kept[key] = (self._clock() + timedelta(seconds=seconds), content)

    def take(self, key: str) -> Mapping[str, Json] | None:
        until, content = self._kept.pop(key, (self._clock(), {}))
        return content if self._clock() < until else None

    def __len__(self) -> int:
        return len(self._kept)


class MemoryMessenger:
    """Keeps what was posted; `held` makes it refuse, `deliver` and `fail` tell the fate of one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.posted: dict[MessageId, Message] = {}
        self.held: Held | None = None
        self._fates: dict[MessageId, Progress] = {}

    @property
    def messages(self) -> Sequence[Message]:
        return list(self.posted.values())

    def post(self, message: Message) -> MessageId | Held:
        if self.held:
            return self.held
        message_id = MessageId(f"m-{len(self._fates) + 1}")
        self.posted[message_id] = message
        self._tell(message_id, Delivery.WAITING)
        return message_id

    def progress(self, message_id: MessageId) -> Progress | None:
        return self._fates.get(message_id)

    def cancel(self, message_id: MessageId) -> None:
        self.posted.pop(message_id, None)

    def deliver(self, message_id: MessageId) -> None:
        self._tell(message_id, Delivery.HANDED_OVER)

    def fail(self, message_id: MessageId) -> None:
        self._tell(message_id, Delivery.FAILED)

    def _tell(self, message_id: MessageId, fate: Delivery) -> None:
        self._fates[message_id] = Progress(delivery=fate, since=self._clock())


class MemoryFetcher:
    """The documents a test puts there, by address; nothing else exists."""

    def __init__(self) -> None:
        self.documents: dict[str, Fetched] = {}
        self.asked: list[str] = []

    def get(self, url: str) -> Fetched | Unfetchable:
        self.asked.append(url)
        return self.documents.get(url) or Unfetchable(why=Unfit.NO_SUCH_HOST)

    def renewed(self, url: str) -> Fetched | Unfetchable:
        return self.get(url)

    def anew(self, url: str) -> Fetched | Unfetchable:
        return self.get(url)


class MemoryRegistry:
    """What is active in it stands among the *services* of the toolbox."""

    def __init__(self, services: dict[ServiceId, Service]) -> None:
        self.rows: dict[ServiceId, Registration] = {}
        self._services = services

    def find(self, name: ServiceId) -> Registration | None:
        return self.rows.get(name)

    def add(self, registration: Registration) -> None:
        if registration.service.id in {*self._services, *self.rows}:
            raise NameTaken(registration.service.id)
        self._keep(registration)

    def change(self, registration: Registration) -> bool:
        there = self.rows.get(registration.service.id)
        if there is None or there.revision != registration.revision:
            return False
        self._keep(replace(registration, revision=registration.revision + 1))
        return True

    def remove(self, name: ServiceId) -> None:
        if self.rows.pop(name, None):
            self._services.pop(name, None)

    def joined_since(self, moment: datetime) -> int:
        return sum(each.since > moment for each in self.rows.values())

    def _keep(self, registration: Registration) -> None:
        name = registration.service.id
        self.rows[name] = registration
        self._services.pop(name, None)
        if registration.state is ServiceState.ACTIVE:
            self._services[name] = registration.service


class MemoryJoined(MemoryRegistry):
    """As the operator sees it: those of every protocol."""

    def all(self) -> Sequence[Registration]:
        return sorted(self.rows.values(), key=lambda each: (each.since, each.service.id))


class MemorySessions:
    def __init__(self) -> None:
        self.ended: set[SessionId] = set()
        self.emptied: list[tuple[AccountId, SessionId | None]] = []
        """Accounts whose sessions were ended, each with the one spared."""
        self.upstream_ended: list[tuple[str, str | None, str | None]] = []
        """What providers said is over there: issuer, subject, sid."""

    def alive(self, session: SessionId) -> bool:
        return session not in self.ended

    def ends_at(self, session: SessionId) -> datetime | None:
        return NOON + timedelta(hours=4) if self.alive(session) else None

    def end_all(self, account: AccountId, except_: SessionId | None) -> None:
        self.emptied.append((account, except_))

    def end_upstream(self, issuer: str, subject: str | None, sid: str | None) -> None:
        self.upstream_ended.append((issuer, subject, sid))


class MemoryLeaving:
    def __init__(self) -> None:
        self.departures: list[Departure] = []
        self.silent: list[ServiceId] = []
        """Services that do not answer when they are told."""

    def leave(self, departure: Departure) -> str:
        self.departures.append(departure)
        return f"/logout/{len(self.departures)}"

    def unaware(self, session: SessionId) -> Sequence[ServiceId]:
        return self.silent


@contextmanager
def _no_tables() -> Iterator["Connection"]:
    raise HubError("this toolbox was lent no tables: see hub.testing.tables")
    yield  # unreachable: a context manager is a generator


class MemoryToolbox:
    """What a plugin is lent, and beside it, for the test: `time`, `people`, `outbox`, `noted`."""

    def __init__(
        self,
        plugin: str = "test",
        people: MemoryAccounts | None = None,
        time: MemoryClock | None = None,
        unit_of_work: UnitOfWork = _no_tables,
    ) -> None:
        self.time = time or MemoryClock()
        self.people = people or MemoryAccounts()
        self.outbox = MemoryMessenger(self.time)
        self.noted: list[Noted] = []
        self.person: SignedIn | None = None
        """Who `signed_in` says is there."""
        self.parties: dict[str, httpx.Client] = {}
        """What `outbound` lends, by name."""
        self._drawers: dict[str, MemoryDrawer] = {}
        self.plugin = plugin
        self.public_address = "https://hub.test"
        self.clock = self.time
        self.languages: Sequence[str] = ("fr", "en")
        self.ladder: Sequence[Level] = TwoFactors.ladder
        self.accounts = self.people
        self.stores = {self.people.name: self.people}
        self.services: dict[ServiceId, Service] = {}
        self.registry = MemoryRegistry(self.services)
        self.messenger = self.outbox
        self.one_time = MemoryOneTime(self.time)
        self.unit_of_work = unit_of_work
        self.sessions = MemorySessions()
        self.helpers: tuple[Account, ...] = ()
        """Whom `referents` names, for anybody."""
        self.leaving = MemoryLeaving()
        self.returning = WebReturning(self.one_time, plugin)
        self.recognising = MemoryRecognising(self.people)
        self.visiting = MemoryVisiting()
        self.card_host = MemoryCardHost()
        self.seal = MemorySeal()
        self.fetcher = MemoryFetcher()

    def outbound(self, name: str) -> "httpx.Client":
        return self.parties[name]

    def note(self, action: str, account: AccountId | None, **details: str) -> None:
        self.noted.append(Noted(action=action, account=account, details=details))

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def referents(self, account: Account) -> Sequence[Account]:
        return self.helpers

    def drawer(self, name: str) -> CredentialDrawer:
        return self._drawers.setdefault(name, MemoryDrawer())

    def signed_in(self) -> SignedIn | None:
        return self.person
