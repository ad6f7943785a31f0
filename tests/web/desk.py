"""A site with its portal, account pages and consoles, over fakes; and Ann at it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from werkzeug.test import TestResponse

from hub.contract.accounts import Account, Right
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, MethodName, ServiceId, SessionId
from hub.contract.services import Access, DeclaredPeer, Launch, Service, Tile
from hub.contract.steps import Answer, Ask, Done, Redirect, Refusal, Refused, TaskStep
from hub.contract.tasks import Means, Task
from hub.broker.accounts import AllStores
from hub.broker.records import SessionKey
from hub.extensions import Loaded
from hub.people.activity import Evicted
from hub.people.guests import Guests, guests
from hub.people.giving import same_right
from hub.people.rights import Grant
from hub.testing.askings import MemoryAskings
from hub.testing.hub import NOON, MemoryHub
from hub.testing.methods import PASSWORD, RIGHT, SMS, FakeMethod, card
from hub.testing.requests import MemoryRequests
from hub.testing.spaces import MemoryAccess, MemoryKnown, MemoryPosted, MemorySpaces
from hub.testing.toolbox import (
    MemoryClock,
    MemoryJoined,
    MemoryMessenger,
    MemoryOneTime,
    MemoryToolbox,
)
from hub.web.desk import Desk, OwnSpace
from hub.web.site import make_site
from tests.web.operator import operator_desk
from tests.web.site import Site, make

STRONG = timedelta(minutes=10)
OWN = (
    Service(id=ServiceId("account"), access=Access(minimum="low")),
    Service(id=ServiceId("account-strong"), access=Access(minimum="high", max_age=STRONG)),
    Service(id=ServiceId("console"), access=Access(minimum="high")),
    Service(id=ServiceId("console-strong"), access=Access(minimum="high", max_age=STRONG)),
)


def tiled(name: str, access: Access, **more: Any) -> Service:
    given: dict[str, Any] = {
        "id": ServiceId(name),
        "access": access,
        "tile": Tile(title=f"Le {name}", summary=f"Pour {name}", icon="mail"),
        "launch": Launch(address=f"https://{name}.test/start"),
        "peer": DeclaredPeer(frontend="oidc", table={}),
    }
    return Service(**{**given, **more})


@dataclass
class FakeLine:
    id: SessionId
    device: str
    source: str
    began_at: datetime
    seen_at: datetime
    methods: Sequence[MethodName]
    services: Sequence[ServiceId]


class FakeSessions:
    """The sessions the broker keeps, as a book."""

    def __init__(self, hub: MemoryHub) -> None:
        self._hub = hub
        self.remaining = timedelta(minutes=30)
        self.shared: dict[SessionId, bool] = {}

    def of(self, account: AccountId) -> Sequence[FakeLine]:
        return [
            FakeLine(
                id=each.id,
                device="Firefox",
                source="192.0.2.0/24",
                began_at=each.began_at,
                seen_at=each.began_at,
                methods=[event.method for event in each.events],
                services=[one.service for one in self._hub.records.participations(each.id)],
            )
            for each in self._hub.records.sessions.values()
            if each.account == account
        ]

    def left(self, key: str) -> timedelta | None:
        """As long as the test says, for whoever is signed in."""
        return self.remaining if self._hub.records.session(SessionKey(key)) else None

    def stay(self, key: str) -> timedelta | None:
        if self.left(key):
            self.remaining = timedelta(minutes=30)
        return self.left(key)

    def share(self, session: SessionId, shared: bool) -> bool:
        self.shared[session] = shared
        return True

    def share_as_told(self, session: SessionId) -> None:
        self.shared[session] = True

    def end_all(self, account: AccountId, except_: SessionId | None) -> None:
        for each in self.of(account):
            if each.id != except_:
                self._hub.records.end(each.id)


class FakeEvictions:
    """By session key, as a cookie holds it."""

    def __init__(self) -> None:
        self.told: dict[str, Evicted] = {}

    def of(self, key: str) -> Evicted | None:
        return self.told.get(key)


class FakeTrail:
    def __init__(self, hub: MemoryHub) -> None:
        self._hub = hub

    def note(self, entry: AuditEntry) -> None:
        self._hub.records.trail.append(entry)

    def of_account(self, account: AccountId, limit: int) -> Sequence[AuditEntry]:
        mine = [each for each in self._hub.records.trail if each.account == account]
        return mine[::-1][:limit]

    def newest(self, account: AccountId, action: str) -> AuditEntry | None:
        mine = self.of_account(account, len(self._hub.records.trail))
        return next((each for each in mine if each.action == action), None)

    def by_support(self, code: str) -> Sequence[AuditEntry]:
        return [each for each in self._hub.records.trail if each.support == code]


class FakeRights:
    def __init__(self) -> None:
        self.grants: list[Grant] = []

    def held(self, account: AccountId, now: datetime) -> frozenset[Right]:
        return frozenset(Right(name=each.name) for each in self.granted(account, now))

    def held_by(
        self, accounts: Collection[AccountId], now: datetime
    ) -> Mapping[AccountId, frozenset[Right]]:
        return {each: self.held(each, now) for each in accounts}

    def granted(self, account: AccountId, now: datetime) -> Sequence[Grant]:
        return [each for each in self.grants if each.account == account and each.holds(now)]

    def give(self, grant: Grant) -> None:
        self.grants.append(grant)

    def give_once(self, grant: Grant) -> Grant | None:
        held = self.granted(grant.account, grant.since)
        if any(same_right(each, grant) for each in held):
            return None
        given = replace(grant, id=f"g-{len(self.grants)}")
        self.give(given)
        return given

    def end(self, grant_id: str, now: datetime) -> None:
        self.grants = [each for each in self.grants if each.id != grant_id]

    def holders(self, name: str, structures: Sequence[str], now: datetime) -> Sequence[AccountId]:
        held = [each for each in self.grants if each.name == name and each.holds(now)]
        return sorted({each.account for each in held if each.structure in structures})

    def holding(
        self, name: str, structures: Collection[str], now: datetime
    ) -> Mapping[str, Sequence[AccountId]]:
        return {each: self.holders(name, [each], now) for each in structures}

    def beyond(self, structures: Sequence[str], now: datetime) -> Sequence[AccountId]:
        held = [each for each in self.grants if each.name.startswith("console.")]
        further = [
            each
            for each in held
            if each.name != "console.referent" or each.structure not in structures
        ]
        return sorted({each.account for each in further if each.holds(now)})


def make_guests(hub: MemoryHub, outbox: MemoryMessenger, rights: FakeRights) -> Guests:
    toolbox = MemoryToolbox("hub", hub.accounts, HubClock(hub))
    toolbox.messenger = outbox
    book = MemoryRequests()
    return guests(toolbox, AllStores([hub.accounts]), book, rights, "assistance@region.example")


class HubClock(MemoryClock):
    """Moves with the hub."""

    def __init__(self, hub: MemoryHub) -> None:
        self._hub = hub

    def __call__(self) -> datetime:
        return self._hub.now


class FakePhone(FakeMethod):
    """A second factor whose means is set up with the secret `RIGHT`."""

    def __init__(self, hub: MemoryHub, name: str = "phone") -> None:
        super().__init__(card(name), hub.accounts, PASSWORD if name == "password" else SMS)
        self.hopes = (SMS,)
        self.held: dict[AccountId, list[Means]] = {}
        self.away = False

    def means(self, account: AccountId) -> Sequence[Means]:
        return self.held.get(account, [])

    def begin_enrolment(self, task: Task) -> TaskStep | Refused:
        if self.away:
            return Redirect(url="https://phone.test/", memory={"number": "0612345678"})
        return Ask(template="code.html", memory={"number": "0612345678"})

    def advance_enrolment(self, task: Task, answer: Answer) -> TaskStep | Refused:
        if answer.fields.get("secret") == "stop":
            return Refused(why=Refusal(code="code.wrong"))
        if RIGHT not in answer.fields.values():
            wrong = Refusal(code="code.wrong")
            return Ask(template="code.html", memory=task.memory, refused=wrong)
        self.add(task.account, str(task.memory["number"]))
        return Done()

    def add(self, account: Account, number: str) -> None:
        means = Means(id=f"m-{number}", label=number, since=NOON)
        self.held[account.id] = [*self.held.get(account.id, []), means]

    def remove(self, account: AccountId, means_id: str) -> None:
        self.held[account] = [each for each in self.means(account) if each.id != means_id]

    def reset(self, account: AccountId) -> None:
        self.held.pop(account, None)


@dataclass
class Furnished:
    site: Site
    desk: Desk
    rights: FakeRights
    outbox: MemoryMessenger
    phone: FakePhone
    grants: int = field(default=0)

    @property
    def hub(self) -> MemoryHub:
        return self.site.hub

    def get(self, path: str) -> TestResponse:
        return self.site.get(path)

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.site.post(path, **fields)

    def enter(self, identifier: str = "ann", *, strong: bool = False) -> None:
        """Sign in to the portal; *strong*: go on to what the consoles need."""
        path = self.get("/services").location
        assert self.site.sign_in(path, identifier).status_code == 303
        self.get(f"{path}/complete")
        if strong:
            path = self.get("/account/means").location
            self.post(f"{path}/code", begin="1")
            answer = self.post(f"{path}/code", secret=RIGHT)
            assert answer.location == f"{path}/complete"
            assert self.get(answer.location).location == "/account/means"

    def grant(self, account: AccountId, name: str, structure: str | None = None) -> None:
        self.grants += 1
        self.rights.give(
            Grant(id=f"g{self.grants}", account=account, name=name, structure=structure, since=NOON)
        )

    def actions(self) -> list[str]:
        return [each.action for each in self.hub.records.trail]


def furnish(root: Path, *services: Service, **more: Any) -> Furnished:
    site = make(root, *services, *OWN)
    phone = FakePhone(site.hub)
    methods = cast(dict[MethodName, Any], site.hub.rules.methods)
    methods[phone.card.name] = phone
    outbox, rights = MemoryMessenger(lambda: site.hub.now), FakeRights()
    desk = Desk(
        stores={"memory": site.hub.accounts},
        rights=rights,
        sessions=FakeSessions(site.hub),
        trail=FakeTrail(site.hub),
        messenger=outbox,
        throttle=site.hub.throttle,
        one_time=MemoryOneTime(lambda: site.hub.now),
        guests=make_guests(site.hub, outbox, rights),
        evictions=FakeEvictions(),
        joined=MemoryJoined({}),
        operator=operator_desk(site.hub),
        own=OwnSpace(
            spaces=MemorySpaces(),
            posted=MemoryPosted(),
            known=MemoryKnown(),
            access=MemoryAccess(),
        ),
        closings=MemoryAskings(timedelta(days=7)),
        longest=timedelta(hours=4),
        plugins=(Loaded(name="oidc", package="hub", version="1"),),
    )
    desk = replace(desk, **more)
    site.parts.owners[("authentication_methods", "phone")] = "fakes"  # type: ignore[index]
    site.app = make_site(site.parts, desk)
    site.client = site.another()
    return Furnished(site=site, desk=desk, rights=rights, outbox=outbox, phone=phone)
