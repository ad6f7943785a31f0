"""`hub service …`: the connected services, and the changes that need no restart."""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hub.app import compose
from hub.assembly import App
from hub.commands import service_adding
from hub.commands.listings import table
from hub.commands.service_adding import frontend_of
from hub.configuration import parsed, read
from hub.contract.audit import AuditEntry
from hub.contract.errors import HubError
from hub.contract.federation import TakesServices
from hub.contract.identifiers import ServiceId
from hub.contract.services import DeclaredPeer, Registration, Service, ServiceState
from hub.contract.values import value


@value
class _Rotation:
    overlap: timedelta


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    service = nouns.add_parser("service", help="the connected services")
    verbs = service.add_subparsers(required=True, metavar="VERB")
    verbs.add_parser("list", parents=[common]).set_defaults(run=_list)
    service_adding.add(verbs, common)
    rotate = verbs.add_parser("rotate-secret", parents=[common], help="print a new secret once")
    rotate.add_argument("name")
    rotate.add_argument("--overlap", default="PT24H", help="how long the former one still opens")
    rotate.set_defaults(run=_rotate)
    for name, run, summary in (
        ("show", _show, "all that is known of one"),
        ("approve", _approve, "let in one that registered itself"),
        ("disable", _disable, "nobody gets there, and nothing it was given holds"),
        ("enable", _enable, "the contrary"),
        ("remove", _remove, "forget one that was added"),
    ):
        verb = verbs.add_parser(name, parents=[common], help=summary)
        verb.add_argument("name")
        verb.set_defaults(run=run)


def _list(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    off = app.registered.off()
    rows = [
        *(_row(each, "disabled" if each.id in off else "active") for each in _configured(app)),
        *(_row(each.service, each.state) for each in app.registered.all()),
    ]
    table(("SERVICE", "STATE", "MINIMUM", "PROTOCOL", "LAUNCH"), rows)
    return 0


def _configured(app: App) -> Iterable[Service]:
    return app.services.configured.values()


def _row(service: Service, state: str) -> tuple[str, ...]:
    protocol = service.peer.frontend if service.peer else "link"
    where = service.launch.address if service.launch else "-"
    return service.id, state, service.access.minimum, protocol, where


def _show(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    name = ServiceId(given.name)
    there = app.registered.find(name)
    service = there.service if there else app.services.configured.get(name)
    if service is None:
        raise HubError(f"no service {given.name!r}")
    for key, told in _told(app, service, there):
        print(f"{key}: {told}")
    return 0


def _told(app: App, service: Service, there: Registration | None) -> Iterator[tuple[str, object]]:
    yield "service", service.id
    if there:
        yield from (("state", there.state), ("since", there.since.isoformat()))
        yield "owner", there.owner or "the operator"
    else:
        yield "state", "disabled" if service.id in app.registered.off() else "active"
        yield "written in", app.configuration.places.get(service.id, "hub.toml")
    yield "title", service.tile.title if service.tile else ""
    yield "minimum", service.access.minimum
    yield "claims", ", ".join(sorted(service.claims))
    yield "sector", service.sector or "its own"
    table = service.peer.table if isinstance(service.peer, DeclaredPeer) else {}
    kept = there.kept if there else {}
    for key, told in sorted({**kept, **table}.items()):
        # Hashes of secrets are nobody's reading.
        if not key.endswith("_sha256"):
            yield key, json.dumps(told, ensure_ascii=False)


def _rotate(given: argparse.Namespace) -> int:
    overlap = parsed({"overlap": given.overlap}, _Rotation, "").overlap
    app = compose(read(given.config))
    there = _registered(app, given.name)
    peer = there.service.peer
    if not isinstance(peer, DeclaredPeer):
        raise HubError(f"{given.name!r} speaks no protocol")
    made = frontend_of(app, peer.frontend).with_secret(peer.table, app.clock() + overlap)
    if made is None:
        raise HubError(f"{given.name!r} has no secret")
    service = replace(there.service, peer=replace(peer, table=made.table))
    if not app.registered.change(replace(there, service=service)):
        raise HubError(f"somebody else changed {given.name!r} just now: try again")
    _noted(app, "service.secret_changed", service.id)
    print(made.secret)
    return 0


def _approve(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    if _registered(app, given.name).state is not ServiceState.PENDING:
        raise HubError(f"{given.name!r} waits for no approval")
    return _stand(app, ServiceId(given.name), ServiceState.ACTIVE, "service.approved")


def _enable(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    name = ServiceId(given.name)
    if name in app.services.configured:
        app.registered.switch(name, on=True)
        return _noted(app, "service.enabled", name)
    if _registered(app, name).state is ServiceState.PENDING:
        raise HubError(f"{name!r} was never approved: `hub service approve {name}`")
    return _stand(app, name, ServiceState.ACTIVE, "service.enabled")


def _disable(given: argparse.Namespace) -> int:
    """Nobody gets there any more, and nothing it was given holds."""
    app = compose(read(given.config))
    name = ServiceId(given.name)
    if name in app.services.configured:
        app.registered.switch(name, on=False)
        _end(app, app.services.configured[name])
        return _noted(app, "service.disabled", name)
    service = _registered(app, name).service
    _stand(app, name, ServiceState.DISABLED, "service.disabled")
    _end(app, service)
    return 0


def _remove(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    service = _registered(app, given.name).service
    app.registered.remove(service.id)
    _end(app, service)
    return _noted(app, "service.removed", service.id)


def _end(app: App, service: Service) -> None:
    frontend = app.endings.get(service.peer.frontend) if service.peer else None
    if isinstance(frontend, TakesServices):
        frontend.end_service(service.id)


def _registered(app: App, name: str) -> Registration:
    there = app.registered.find(ServiceId(name))
    if there is None:
        why = "stands in hub.toml" if name in app.services.configured else "is unknown"
        raise HubError(f"{name!r} {why}: only a service that was added can be changed here")
    return there


def _stand(app: App, name: ServiceId, state: ServiceState, action: str) -> int:
    app.registered.stand(name, state)
    return _noted(app, action, name)


def _noted(app: App, action: str, name: ServiceId) -> int:
    app.note(AuditEntry(at=app.clock(), action=action, service=name))
    return 0
