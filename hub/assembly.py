"""Joins the parts: what is lent to plugins, what the pages and the protocols are made of."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hub import checks, lending
from hub.broker.accounts import AllStores
from hub.broker.broker import Broker
from hub.broker.messenger import Carriers
from hub.broker.rules import Rules
from hub.browser import Cookies
from hub.card_hosting import CardHosting
from hub.configuration import Configuration
from hub.contract.accounts import AccountStore
from hub.contract.audit import AuditEntry
from hub.contract.errors import ConfigErrors
from hub.contract.identifiers import ChannelKind, MethodName
from hub.contract.logout import EndsParticipation
from hub.contract.messages import MessageId
from hub.contract.values import Clock, value
from hub.extensions import Contributions, Equipped, equip, folders
from hub.farewells import Teller, poster
from hub.federation.application import ServiceSide, make_federation
from hub.federation.provider import Provider
from hub.federation.provider_side import answering, load_providers
from hub.front import Front
from hub.furnishing import desk_of, importing_of
from hub.import_job import import_job
from hub.lending import Books, Ground, outbox, toolbox
from hub.providing import owners_of_providers, provider_endings, provider_side, with_providers
from hub.silences import silences_of
from hub.session_settings import networks_of
from hub.store.database import Database
from hub.store.expiry import end_dead_sessions
from hub.store.leases import Leases
from hub.store.notices import Notices
from hub.store.outbox import Dispatcher
from hub.store.retention import Retention
from hub.store.rights import SqlRights
from hub.store.schema import standing
from hub.store.sealing import read_secret
from hub.store.service_book import ServiceBook
from hub.store.services import SqlServices
from hub.store.sessions import SqlSessions
from hub.store.trail import SqlTrail
from hub.theme import theme_of
from hub.web import logs
from hub.web.apps import page_services
from hub.web.help_pages import HelpCentre, read_help
from hub.web.letters import make_writer
from hub.web.parts import Parts
from hub.web.site import make_site
from hub.web.strays import mishap_page
from hub.web.words import HUB, read_words
from hub.welcoming import guests_of, linking
from hub.worker import Worker, every

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WEB = Path(__file__).parent / "web"
PAIRWISE = "pairwise.key"
"""Makes every subject and sid: lost, no service knows anybody any more."""


@value
class App:
    """Everything together, for the command line and for tests; requests see `wsgi` only."""

    configuration: Configuration
    clock: Clock
    database: Database
    contributions: Contributions
    equipped: Equipped
    rules: Rules
    broker: Broker
    accounts: AllStores
    stores: Mapping[str, AccountStore]
    rights: SqlRights
    sessions: SqlSessions
    trail: SqlTrail
    registered: SqlServices
    services: ServiceBook
    endings: Mapping[str, EndsParticipation]
    """The frontends that can close a service's session, by name."""
    worker: Worker
    cards: CardHosting
    wsgi: "WSGIApplication"

    def note(self, entry: AuditEntry) -> None:
        self.trail.note(entry)


def assembled(ground: Ground) -> App:
    """The hub, whole. Nothing is served yet, and no job has run."""
    books = lending.books(ground)
    equipped = equip(
        ground.manager, ground.configuration, lambda name: toolbox(ground, books, name)
    )
    hub = ground.configuration.hub
    providers = load_providers(provider_side(ground, books))
    equipped = with_providers(equipped, providers, linking(guests_of(ground, books)))
    _raise(ground, equipped)
    chosen = hub.stores or tuple(equipped.stores)
    books.stores.update({name: equipped.stores[name] for name in chosen})
    books.asked.extend(books.stores.values())
    books.sinks.extend(equipped.sinks)
    ground.services.join(page_services(equipped.pages))
    rules = _rules(ground, equipped)
    broker = Broker(rules, books.records, books.accounts, lending.throttle(ground), ground.clock)
    return App(
        configuration=ground.configuration,
        clock=ground.clock,
        database=ground.database,
        contributions=ground.contributions,
        equipped=equipped,
        rules=rules,
        broker=broker,
        accounts=books.accounts,
        stores=books.stores,
        rights=books.rights,
        sessions=books.sessions,
        trail=books.trail,
        registered=ground.registered,
        services=ground.services,
        endings=books.endings,
        worker=_worker(ground, books, equipped),
        cards=books.cards,
        wsgi=books.cards.door.before(_front(ground, books, equipped, rules, broker, providers)),
    )


def _raise(ground: Ground, equipped: Equipped) -> None:
    contributed = ground.contributions
    wrong = list(
        checks.unknown_names(
            ground.configuration.hub,
            contributed.policies,
            equipped.stores,
            equipped.methods,
            equipped.channels,
        )
    )
    plugins = [each.name for each in ground.loaded]
    owners = owners_of_providers(ground)
    wrong += checks.taken_names(plugins, contributed.owners, equipped.owners, owners)
    if wrong:
        raise ConfigErrors(wrong)


def _rules(ground: Ground, equipped: Equipped) -> Rules:
    hub = ground.configuration.hub
    order = hub.methods or tuple(equipped.methods)
    return Rules(
        services=ground.services,
        methods={MethodName(name): equipped.methods[MethodName(name)] for name in order},
        actions=equipped.actions,
        policy=ground.contributions.policies[hub.policy],
        facts=equipped.facts,
        pairwise_key=read_secret(ground.configuration.secrets / PAIRWISE),
        off=lambda: ground.operator.now().off,
    )


def _worker(ground: Ground, books: Books, equipped: Equipped) -> Worker:
    hub = ground.configuration.hub
    chains = {ChannelKind(kind): chain for kind, chain in hub.messages.chains.items()}
    folders_of = {HUB: WEB, **_folders(ground)}
    theme = theme_of(ground.configuration)
    writer = make_writer(folders_of, theme.look, theme.support)
    store = (ground.database, ground.keyring, ground.clock)
    post = poster(books.outbound.client, books.outbound.guarded_client)
    teller = Teller(Notices(*store), books.endings, post)
    dispatcher = Dispatcher(
        *store,
        Carriers(equipped.channels, chains, partial(books.faring.told, "carrier")),
        writer,
        ground.metrics.messaged,
    )

    def expire() -> int:
        return end_dead_sessions(ground.database, ground.clock, lending.lifetimes(ground))

    holdings = equipped.holdings.values()
    kept = Retention(ground.database, ground.clock, hub.retention, books.trail, holdings)
    jobs = [
        every(1, "hub.trail.link", books.trail.link),
        import_job(importing_of(ground, books), equipped.methods),
        every(3600, "hub.trail.checkpoint", books.trail.checkpoint),
        every(30, "hub.sessions", expire),
        every(3600, "hub.purge", kept.run),
        *equipped.jobs.values(),
    ]
    take = Leases(ground.database, ground.clock).take
    own = [every(60, "hub.trail.anchor", partial(books.anchor.follow, *store[:2]))]
    return Worker(dispatcher.deliver, jobs, take, teller.deliver, own)


def _front(
    ground: Ground,
    books: Books,
    equipped: Equipped,
    rules: Rules,
    broker: Broker,
    providers: Mapping[str, Provider],
) -> "WSGIApplication":
    hub = ground.configuration.hub
    cookies = Cookies(
        secure=hub.public_address.startswith("https:"),
        hops=hub.trusted_hops,
        shared=networks_of(hub.session),
    )
    parts = _parts(ground, books, equipped, rules, broker, cookies)
    site = make_site(parts, desk_of(ground, books, equipped))
    frontends = tuple(ground.contributions.frontends.values())
    federation = make_federation(
        ServiceSide(
            base_url=hub.public_address,
            frontends=frontends,
            bind=lambda name: toolbox(ground, books, ground.contributions.owners[name]),
            broker=broker,
            cookies=cookies,
            error_page=mishap_page(site),
            served=logs.answered(ground.metrics),
            endings=books.endings,
        )
    )
    names = (each.name for each in frontends)
    answers = answering(providers, mishap_page(site), logs.answered(ground.metrics))
    around = ground.database.one_connection
    return Front(site, federation, names, around, dict.fromkeys(providers, answers))


def _parts(
    ground: Ground,
    books: Books,
    equipped: Equipped,
    rules: Rules,
    broker: Broker,
    cookies: Cookies,
) -> Parts:
    hub = ground.configuration.hub
    tables = ground.contributions.tables
    theme = theme_of(ground.configuration)
    return Parts(
        broker=broker,
        rules=rules,
        records=books.records,
        accounts=books.accounts,
        clock=ground.clock,
        seal=ground.keyring,
        leaving=books.leaving,
        returning=books.returning,
        departures=books.departures,
        leaving_patience=hub.session.leaving_patience,
        endings=books.endings,
        provider_endings=provider_endings(equipped),
        cookies=cookies,
        public_address=hub.public_address,
        words=read_words({HUB: WEB, **_folders(ground)}, hub.languages),
        folders=_folders(ground),
        owners=equipped.owners,
        pages=equipped.pages,
        support=theme.support,
        help_pages=_help_pages(ground),
        legal=theme.legal,
        look=theme.look,
        delivery=_delivery(ground, books, equipped),
        silences=silences_of(ground, books, equipped),
        standing=lambda: standing(ground.database, tables).value,
        card_host=lambda: books.cards.standing,
        metrics=ground.metrics,
        metrics_open=hub.portal.metrics_open,
    )


def _delivery(ground: Ground, books: Books, equipped: Equipped) -> Callable[[str], str]:
    """Where a message of a method is now, for the page that waits for it."""
    hook = "authentication_methods"
    owners = sorted({plugin for (kind, _), plugin in equipped.owners.items() if kind == hook})
    boxes = [outbox(ground, books, plugin) for plugin in owners]

    def delivery(message: str) -> str:
        found = (box.progress(MessageId(message)) for box in boxes)
        return next((each.delivery.value for each in found if each), "")

    return delivery


def _folders(ground: Ground) -> Mapping[str, Path]:
    return folders(ground.manager)


def _help_pages(ground: Ground) -> HelpCentre:
    hub, written = ground.configuration.hub, ground.configuration.file
    own = [written(hub.support.help)] if hub.support.help else []
    places = [each / "help" for each in (WEB, *_folders(ground).values())]
    return read_help([*places, *own], hub.languages)
