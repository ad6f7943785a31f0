"""What is kept, and what of it each plugin is lent."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

from hub.bell import Bell
from hub.card_hosting import Boxes, CardHosting, card_hosting
from hub.broker.accounts import AllStores
from hub.broker.logout import WebLeaving
from hub.broker.returning import WebReturning
from hub.configuration import Configuration
from hub.contract.accounts import AccountStore
from hub.contract.audit import AuditSink
from hub.contract.assurance import Level
from hub.contract.logout import EndsParticipation
from hub.contract.toolbox import Toolbox
from hub.contract.values import Clock, value
from hub.extensions import Contributions, Loaded
from hub.fetching import GuardedFetcher, GuardedTransport
from hub.outbound import Outbound, Transport, limits_of
from hub.party_tls import transports
from hub.recognising import HubRecognising
from hub.sinks import copying
from hub.store.anchor import Anchor
from hub.store.database import Database
from hub.store.departures import SqlDepartures
from hub.store.drawers import SqlDrawer
from hub.store.faring import SqlFaring
from hub.store.lifetimes import Lifetimes
from hub.store.one_time import SqlOneTime
from hub.store.operating import SqlOperator
from hub.store.outbox import Caps, Outbox
from hub.store.providers_faring import KeptProvidersFaring
from hub.store.records import SqlRecords
from hub.store.rights import SqlRights
from hub.store.sealing import KeyRing
from hub.store.service_book import ServiceBook
from hub.store.services import SqlServices
from hub.store.sessions import SqlSessions
from hub.store.throttle import Limits, MethodLimits, SqlThrottle
from hub.store.trail import SqlTrail
from hub.toolboxes import BoundRegistry, BoundSeal, BoundToolbox
from hub.web.metrics import Metrics
from hub.web.visiting import WebVisiting
from hub.web.visits import signed_in_now
from hub.web.words import HUB

if TYPE_CHECKING:
    pass

WEB = Path(__file__).parent / "web"
PAIRWISE = "pairwise.key"
"""Makes every subject and sid: lost, no service knows anybody any more."""


@value
class Ground:
    """What stands before any plugin is lent anything."""

    configuration: Configuration
    clock: Clock
    manager: pluggy.PluginManager
    loaded: Sequence[Loaded]
    contributions: Contributions
    keyring: KeyRing
    database: Database
    metrics: Metrics
    registered: SqlServices
    services: ServiceBook
    """All of them; the pages of plugins join once they are known, before anybody is served."""
    operator: SqlOperator
    """What is decided at the console."""
    transport: Transport | None = None
    """How parties outside are reached; `None`: by the network."""


@value
class Books:
    """What is kept, and the few things that every toolbox shares."""

    records: SqlRecords
    sessions: SqlSessions
    rights: SqlRights
    trail: SqlTrail
    anchor: Anchor
    """Where the end of the trail stands beside the database."""
    sinks: list[AuditSink]
    """Told by the trail what it keeps; filled once the plugins have offered them."""
    leaving: SqlOneTime
    returning: SqlOneTime
    cards: CardHosting
    departures: SqlDepartures
    endings: dict[str, EndsParticipation]
    """By frontend; filled once the frontends are loaded."""
    accounts: AllStores
    asked: list[AccountStore]
    """Read by `accounts`; filled once every store is known."""
    stores: dict[str, AccountStore]
    faring: SqlFaring
    silences: KeptProvidersFaring
    """Which providers gave no answer, for the buttons that lead to them."""
    outbound: Outbound
    fetcher: GuardedFetcher
    bell: Bell


def books(ground: Ground) -> Books:
    store = (ground.database, ground.keyring, ground.clock)
    kept_for = lifetimes(ground)
    rights = SqlRights(ground.database)
    asked: list[AccountStore] = []
    sinks: list[AuditSink] = []
    endings: dict[str, EndsParticipation] = {}
    fetcher = _fetcher(ground)
    anchor = anchor_of(ground.configuration)
    trail = SqlTrail(*store, copying(sinks), anchor)
    faring = SqlFaring(ground.database, trail.note, ground.clock)
    return Books(
        records=SqlRecords(*store, kept_for),
        sessions=SqlSessions(*store, kept_for, endings),
        rights=rights,
        trail=trail,
        anchor=anchor,
        faring=faring,
        silences=KeptProvidersFaring(faring, ground.clock),
        sinks=sinks,
        leaving=SqlOneTime(*store, "hub.leaving"),
        returning=SqlOneTime(*store, "hub.returning"),
        cards=_cards(ground),
        departures=SqlDepartures(*store),
        endings=endings,
        accounts=AllStores(
            asked,
            lambda account: rights.held(account, ground.clock()),
            ground.configuration.hub.national_identifiers,
            lambda accounts: rights.held_by(accounts, ground.clock()),
            lambda: ground.database.read_before,
        ),
        asked=asked,
        stores={},
        outbound=_outbound(ground, fetcher, faring),
        fetcher=fetcher,
        bell=bell(ground.configuration),
    )


def _cards(ground: Ground) -> CardHosting:
    store = (ground.database, ground.keyring, ground.clock)
    boxes = Boxes(
        names=SqlOneTime(*store, "hub.card_host"),
        returning=SqlOneTime(*store, "hub.returning"),
        clock=ground.clock,
    )
    return card_hosting(ground.configuration, boxes, ground.metrics)


def lifetimes(ground: Ground) -> Lifetimes:
    session = ground.configuration.hub.session
    return Lifetimes(
        idle=session.idle,
        longest=session.longest,
        shared_idle=session.shared_idle,
        most=session.per_account,
    )


def anchor_of(configuration: Configuration) -> Anchor:
    named = configuration.hub.audit.anchor
    return Anchor(configuration.file(named) if named else None)


def bell(configuration: Configuration) -> Bell:
    return Bell(configuration.file("worker.bell"))


def _outbound(ground: Ground, fetcher: GuardedFetcher, faring: SqlFaring) -> Outbound:
    given = ground.configuration.hub.outbound
    general = limits_of(given)
    own = {name: limits_of(each, general) for name, each in given.parties.items()}
    guarded = GuardedTransport(fetcher)
    carried = transports(given.parties, ground.configuration.file)
    told = partial(faring.told, "party")
    return Outbound(ground.clock, general, own, ground.transport, lambda _: guarded, carried, told)


def _fetcher(ground: Ground) -> GuardedFetcher:
    given = ground.configuration.hub.fetching
    named = given.authorities and str(ground.configuration.file(given.authorities))
    return GuardedFetcher(replace(given, authorities=named), ground.clock)


def toolbox(ground: Ground, kept: Books, plugin: str) -> Toolbox:
    seal = BoundSeal(seal=ground.keyring, plugin=plugin)
    return BoundToolbox(
        plugin=plugin,
        public_address=ground.configuration.hub.public_address,
        clock=ground.clock,
        languages=ground.configuration.hub.languages,
        ladder=_ladder(ground),
        accounts=kept.accounts,
        stores=kept.stores,
        services=ground.services,
        registry=_registry(ground, plugin),
        messenger=outbox(ground, kept, plugin),
        one_time=SqlOneTime(ground.database, ground.keyring, ground.clock, plugin),
        unit_of_work=ground.database.transaction,
        sessions=kept.sessions,
        leaving=WebLeaving(kept.leaving, kept.departures.services),
        returning=WebReturning(kept.returning, plugin),
        visiting=WebVisiting(seal=seal),
        card_host=kept.cards.hosts.lent_to(plugin),
        recognising=HubRecognising(lambda: toolbox(ground, kept, HUB), kept.accounts),
        seal=seal,
        fetcher=kept.fetcher,
        drawers=lambda name: SqlDrawer(ground.database, ground.keyring, plugin, name),
        clients=lambda party: kept.outbound.client(plugin, party),
        write_down=kept.trail.note,
        visitor=signed_in_now,
        rights=kept.rights,
        whole=ground.database.together,
    )


def _ladder(ground: Ground) -> Sequence[Level]:
    policy = ground.contributions.policies.get(ground.configuration.hub.policy)
    return policy.ladder if policy else ()  # a policy nobody contributed is said a moment later


def _registry(ground: Ground, plugin: str) -> BoundRegistry:
    owners = ground.contributions.owners
    own = frozenset(frontend for frontend, owner in owners.items() if owner == plugin)
    return BoundRegistry(rows=ground.registered, book=ground.services, frontends=own)


def outbox(ground: Ground, kept: Books, plugin: str) -> Outbox:
    messages = ground.configuration.hub.messages
    caps = Caps(address=messages.per_address, account=messages.per_account)
    return Outbox(ground.database, ground.keyring, ground.clock, caps, kept.bell.ring, plugin)


def throttle(ground: Ground) -> SqlThrottle:
    given = ground.configuration.hub.throttle
    own = {
        name: MethodLimits(
            tries=each.tries,
            pause=each.pause,
            begins=each.begins,
            begins_within=each.pause,
            gap=each.gap or MethodLimits().gap,
        )
        for name, each in given.methods.items()
    }
    limits = Limits(
        tries=given.tries,
        pause=given.pause,
        begins=given.begins,
        begins_within=given.pause,
        spread=given.spread,
        per_method=own,
    )
    return SqlThrottle(ground.database, ground.keyring, ground.clock, limits)
