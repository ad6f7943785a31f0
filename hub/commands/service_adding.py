"""`hub service add`: what the operator says of a new service, and what is refused of it."""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hub import checks
from hub.app import compose
from hub.assembly import App
from hub.configuration import read
from hub.contract.audit import AuditEntry
from hub.contract.errors import ConfigError, ConfigErrors, HubError
from hub.contract.federation import TakesServices
from hub.contract.identifiers import AccountId, ActionName, ServiceId
from hub.contract.services import Access, DeclaredPeer, Launch, Registration, Service, Tile
from hub.contract.values import Json

_NAME: Final = re.compile(r"[A-Za-z0-9._~-]{1,64}")


def add(verbs: Any, common: argparse.ArgumentParser) -> None:
    summary = "register one; its secret, if it has one, is printed once"
    verb = verbs.add_parser("add", parents=[common], help=summary)
    verb.add_argument("name")
    verb.add_argument("--title", required=True)
    verb.add_argument("--minimum", required=True, help="the level, by name or acr")
    verb.add_argument("--summary", default="")
    verb.add_argument("--launch", default="", help="where its tile leads")
    verb.add_argument("--frontend", default="oidc", help="the protocol; default: %(default)s")
    verb.add_argument("--saml", default="", metavar="FILE", help="it speaks SAML: its metadata")
    verb.add_argument("--owner", help="the login of whose service it is")
    for name in ("claim", "right", "require"):
        verb.add_argument(f"--{name}", action="append", default=[])
    keys = "a key of its protocol, as in hub.toml; what is no JSON is text; …uris may be repeated"
    verb.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=keys)
    verb.set_defaults(run=_add)


def frontend_of(app: App, name: str) -> TakesServices:
    found = app.endings.get(name)
    if not isinstance(found, TakesServices):
        raise ConfigError("--frontend", f"no enabled plugin takes services that speak {name!r}")
    return found


def _add(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    _free(app, given.name)
    own: dict[str, Json] = {"client_id": given.name, **_keys(given.set)}
    if given.saml:
        given.frontend, own = "saml", {**_keys(given.set), "metadata": given.saml}
    frontend = frontend_of(app, given.frontend)
    made = frontend.with_secret(own, None)
    service = frontend.checked(_service(given, made.table if made else own))
    if wrong := list(checks.service(service, app.rules, (given.frontend,), app.clock())):
        raise ConfigErrors(wrong)
    owner = _owner(app, given.owner)
    app.registered.add(Registration(service=service, since=app.clock(), owner=owner))
    app.note(AuditEntry(at=app.clock(), action="service.registered", service=service.id))
    if made:
        print(made.secret)
    return 0


def _free(app: App, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ConfigError("name", "must be 1 to 64 letters, digits or . _ ~ -")
    if name in app.services.taken or name.startswith("apps-"):
        raise HubError(f"{name!r} is the name of another service, or of the hub's own pages")


def _owner(app: App, login: str | None) -> AccountId | None:
    if login is None:
        return None
    account = app.accounts.by_login(login)
    if account is None:
        raise ConfigError("--owner", f"no account with the login {login!r}")
    return account.id


def _service(given: argparse.Namespace, table: Mapping[str, Json]) -> Service:
    return Service(
        id=ServiceId(given.name),
        access=Access(
            minimum=given.minimum,
            rights=frozenset(given.right),
            requires=tuple(ActionName(each) for each in given.require),
        ),
        claims=frozenset(given.claim),
        tile=Tile(title=given.title, summary=given.summary),
        launch=Launch(address=given.launch) if given.launch else None,
        peer=DeclaredPeer(frontend=given.frontend, table=table),
    )


def _keys(words: Sequence[str]) -> dict[str, Json]:
    keys: dict[str, Json] = {}
    for word in words:
        key, equal, text = word.partition("=")
        if not equal:
            raise ConfigError("--set", f"{word!r} is not KEY=VALUE")
        there = keys.get(key)
        new = _json(text, plain=not key.endswith("uris"))
        keys[key] = [*there, *new] if isinstance(there, list) and isinstance(new, list) else new
    return keys


def _json(text: str, *, plain: bool) -> Json:
    """Lists, numbers and yes or no as JSON writes them; anything else is text."""
    try:
        read: Json = json.loads(text)
        return read
    except ValueError:
        return text if plain else [text]
