"""The composition root: makes the hub ready, says what is wrong with it, puts it together."""

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hub.contract.errors import ConfigError, ConfigErrors, PluginError
from hub.contract.identifiers import ActionName, ServiceId
from hub.contract.services import Access, Service
from hub.contract.values import Clock, value
from hub import checks
from hub.assembly import PAIRWISE, App, assembled
from hub.configuration import Configuration, read
from hub.lending import Ground
from hub.outbound import Transport
from hub.extensions import Contributions, Loaded, gather, load_plugins, survey_plugins
from hub.store.database import Database, open_database
from hub.store.operating import SqlOperator
from hub.store.schema import Standing, migrate, standing
from hub.store.sealing import KeyRing, write_secret
from hub.store.service_book import ServiceBook
from hub.store.services import SqlServices
from hub.theme import theme_of, unknown_services
from hub.web import logs
from hub.web.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONFIG = "HUB_CONFIG"
"""The environment variable by which `hub serve` tells its processes where hub.toml is."""
COUNTERS = "PROMETHEUS_MULTIPROC_DIR"
"""Named by the Prometheus client, which reads it when it is first imported."""
SQLITE = "sqlite:///"


def utc_now() -> datetime:
    return datetime.now(UTC)


def from_environment() -> "WSGIApplication":
    """What each process of `hub serve` answers with."""
    configuration = read(Path(os.environ[CONFIG]))
    logs.configure(level=configuration.hub.log)
    app = compose(configuration, counters=shared_counters())
    _collect_seldom()
    if app.cards.test:
        app.cards.test.watch()
    return app.wsgi


def _collect_seldom() -> None:
    """What was made at start stays, and is not searched again for what nobody holds any more."""
    gc.collect()
    gc.freeze()
    # At Python's own figures a tenth of each request is spent searching.
    gc.set_threshold(10_000, 20, 50)


def shared_counters() -> Path | None:
    """Where the processes of one `hub serve` count together; `None`: this process is alone."""
    folder = os.environ.get(COUNTERS)
    return Path(folder) if folder else None


def prepare(configuration: Configuration) -> None:
    """Make missing keys and bring the tables up to date. Doing it twice is harmless."""
    folder = configuration.secrets
    if not (folder / "seal-0001.key").exists():
        KeyRing.create(folder)
    if not (folder / PAIRWISE).exists():
        write_secret(folder / PAIRWISE)
    contributions = gather(
        load_plugins(configuration.hub.plugins), configuration, configuration.services()
    )
    database = _open(configuration)
    try:
        migrate(database, contributions.tables)
    finally:
        database.engine.dispose()


def verify(configuration: Configuration) -> list[ConfigError]:
    """All that is wrong, as far as it can be seen without serving anybody."""
    manager, loaded = survey_plugins(configuration.hub.plugins)
    wrong = [ConfigError("plugins", f"{p.name!r}: {p.problem}") for p in loaded if p.problem]
    try:
        gather(manager, configuration, configuration.services())
        if not wrong:
            wrong += _together(configuration)
    except ConfigErrors as errors:
        wrong += errors.errors
    except ConfigError as error:
        wrong.append(error)
    except PluginError as error:
        wrong.append(ConfigError("plugins", str(error)))
    return wrong


def _together(configuration: Configuration) -> Iterator[ConfigError]:
    """What shows only when the parts are put together."""
    app = compose(configuration)
    try:
        found = standing(app.database, app.contributions.tables)
        if found is not Standing.READY:
            yield ConfigError("database", found.words)
        yield from checks.services(app.rules, app.contributions.frontends, app.clock())
        yield from unknown_services(theme_of(configuration).look, set(app.rules.services))
    finally:
        app.database.engine.dispose()


@value
class Survey:
    loaded: Sequence[Loaded]
    contributed: Mapping[str, Sequence[str]]
    """By plugin: `authentication_methods: totp`."""


def survey(configuration: Configuration) -> Survey:
    """The enabled plugins and what each contributes; those refused contribute nothing."""
    manager, loaded = survey_plugins(configuration.hub.plugins)
    told: dict[str, list[str]] = {each.name: [] for each in loaded}
    for name, plugin in manager.list_name_plugin():
        hooks = [each.name for each in manager.get_hookcallers(plugin) or ()]
        told[name] = sorted(hook.replace("_", " ") for hook in hooks)
    return Survey(loaded=loaded, contributed=told)


def compose(
    configuration: Configuration,
    clock: Clock = utc_now,
    counters: Path | None = None,
    transport: Transport | None = None,
) -> App:
    """Put the hub together, or raise what is wrong with its configuration."""
    return assembled(replace(_ground(configuration, clock, Metrics(counters)), transport=transport))


def _ground(configuration: Configuration, clock: Clock, metrics: Metrics) -> Ground:
    manager = load_plugins(configuration.hub.plugins)
    _, loaded = survey_plugins(configuration.hub.plugins)
    contributions = gather(manager, configuration, configuration.services())
    own = _own_pages(configuration)
    _keep_apart([each.id for each in own], contributions.services)
    database = _open(configuration)
    registered = SqlServices(database, clock)
    services = ServiceBook(registered, clock, _completed(contributions))
    services.join(own)
    return Ground(
        configuration=configuration,
        clock=clock,
        manager=manager,
        loaded=loaded,
        contributions=contributions,
        keyring=KeyRing.from_folder(configuration.secrets),
        database=database,
        metrics=metrics,
        registered=registered,
        services=services,
        operator=SqlOperator(database, clock),
    )


def _completed(contributions: Contributions) -> Iterable[Service]:
    """As their frontends understand them."""
    frontends = contributions.frontends.values()
    own = {each.id: each for module in frontends for each in module.services}
    return [own.get(name, service) for name, service in contributions.services.items()]


def _keep_apart(own: Iterable[ServiceId], services: Iterable[ServiceId]) -> None:
    # A service of the console's name would open the console at that service's level.
    taken = [name for name in services if name in set(own) or name.startswith("apps-")]
    if taken:
        problem = "is a name of the hub's own pages"
        raise ConfigErrors([ConfigError(f"service.{name}", problem) for name in taken])


def _open(configuration: Configuration) -> Database:
    url = configuration.hub.database
    if url.startswith(SQLITE) and not url.startswith(SQLITE + "/"):
        url = SQLITE + str(configuration.file(url.removeprefix(SQLITE)).resolve())
    return open_database(url)


def _own_pages(configuration: Configuration) -> Sequence[Service]:
    """The hub's own pages are services: there is one way to sign in."""
    portal = tuple(ActionName(name) for name in configuration.hub.portal.requires)
    recent = timedelta(minutes=10)
    return (
        Service(id=ServiceId("portal"), access=Access(minimum="simple", requires=portal)),
        Service(id=ServiceId("account"), access=Access(minimum="simple")),
        Service(id=ServiceId("account-strong"), access=Access(minimum="strong", max_age=recent)),
        Service(id=ServiceId("console"), access=Access(minimum="strong")),
        Service(id=ServiceId("console-strong"), access=Access(minimum="strong", max_age=recent)),
    )
