"""`hub account …`: the first people, and help when no console can be reached."""

import argparse
import secrets
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from hub.app import compose
from hub.assembly import App
from hub.commands import arrivals, closings
from hub.configuration import read
from hub.contract.accounts import Account, Contact, Identifier, KeepsAccounts
from hub.contract.audit import AuditEntry
from hub.contract.errors import ConfigError, HubError
from hub.contract.identifiers import AccountId, ChannelKind, MethodName
from hub.contract.tasks import Invites, Resets, SetsSecret
from hub.people.delegation import Console
from hub.people.rights import Grant


def add(nouns: Any, common: argparse.ArgumentParser) -> None:
    account = nouns.add_parser("account", help="create, invite, suspend, give rights")
    verbs = account.add_subparsers(required=True, metavar="VERB")
    create = verbs.add_parser("create", parents=[common], help="print a single-use link")
    create.add_argument("login", nargs="?", default="operator")
    create.add_argument("--operator", action="store_true", help="may use the operator's console")
    create.add_argument("--given-name", default="")
    create.add_argument("--family-name", default="")
    create.add_argument("--mail", help="taken as validated")
    create.add_argument("--sms", help="taken as validated; +33…")
    create.add_argument("--identifier", action="append", default=[], metavar="SYSTEM=NUMBER")
    create.set_defaults(run=_create)
    for name, run in (("invite", _invite), ("suspend", _suspend), ("reopen", _reopen)):
        verb = verbs.add_parser(name, parents=[common])
        verb.add_argument("login")
        verb.set_defaults(run=run)
    arrivals.add(verbs, common)
    closings.add(verbs, common)
    grant = verbs.add_parser("grant", parents=[common], help="give a right")
    grant.add_argument("login")
    grant.add_argument("right", help="console.operator, console.referent, medimail.reader …")
    grant.add_argument("--structure", help="limits a console right to one structure")
    grant.set_defaults(run=_grant)
    for name, run in (("reset", _reset), ("set-secret", _set_secret)):
        verb = verbs.add_parser(name, parents=[common])
        verb.add_argument("login")
        verb.add_argument("method")
        verb.set_defaults(run=run)


def _create(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    if app.accounts.by_login(given.login):
        raise HubError(f"the login {given.login!r} is taken")
    account = _described(given)
    _store(app).create(account)
    app.note(AuditEntry(at=app.clock(), action="account.created", account=account.id))
    if given.operator:
        _give(app, account.id, "console.operator", None)
    print(_invitation(app, account.id))
    return 0


def _described(given: argparse.Namespace) -> Account:
    named = {"given_name": given.given_name, "family_name": given.family_name, "email": given.mail}
    display = f"{given.given_name} {given.family_name}".strip() or given.login
    return Account(
        id=AccountId(secrets.token_urlsafe(12)),
        display_name=display,
        identifiers=(Identifier(system="login", number=given.login), *_numbers(given.identifier)),
        contacts=tuple(
            Contact(kind=ChannelKind(kind), address=address, validated=True)
            for kind, address in (("mail", given.mail), ("sms", given.sms))
            if address
        ),
        attributes={name: (text,) for name, text in named.items() if text},
    )


def _numbers(words: Sequence[str]) -> Iterator[Identifier]:
    for word in words:
        system, _, number = word.partition("=")
        if not number:
            raise ConfigError("--identifier", f"{word!r} is not SYSTEM=NUMBER")
        yield Identifier(system=system, number=number)


def _invite(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    print(_invitation(app, _known(app, given.login).id))
    return 0


def _invitation(app: App, account: AccountId) -> str:
    invites = [method for method in app.rules.methods.values() if isinstance(method, Invites)]
    if not invites:
        raise ConfigError("methods", "none of them can invite anybody")
    return app.configuration.hub.public_address + invites[0].invitation(account)


def _suspend(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    account = _known(app, given.login).id
    _store(app).suspend(account)
    app.sessions.end_all(account, None)
    app.note(AuditEntry(at=app.clock(), action="account.suspended", account=account))
    return 0


def _reopen(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    account = _known(app, given.login).id
    _store(app).reopen(account)
    app.note(AuditEntry(at=app.clock(), action="account.reopened", account=account))
    return 0


def _grant(given: argparse.Namespace) -> int:
    if given.right == Console.REFERENT and not given.structure:
        raise ConfigError("--structure", "a référent acts in a structure: say which")
    app = compose(read(given.config))
    _give(app, _known(app, given.login).id, given.right, given.structure)
    return 0


def _give(app: App, account: AccountId, right: str, structure: str | None) -> None:
    grant = Grant(
        id=secrets.token_urlsafe(12),
        account=account,
        name=right,
        structure=structure,
        since=app.clock(),
    )
    app.rights.give(grant)
    details = {"right": right, **({"structure": structure} if structure else {})}
    app.note(AuditEntry(at=app.clock(), action="right.given", account=account, details=details))


def _reset(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    method = app.rules.methods.get(MethodName(given.method))
    if not isinstance(method, Resets):
        raise ConfigError("methods", f"{given.method!r} has nothing to take away")
    account = _known(app, given.login).id
    method.reset(account)
    # Whoever holds the lost telephone may hold a session too.
    app.sessions.end_all(account, None)
    details = {"method": given.method}
    app.note(AuditEntry(at=app.clock(), action="means.reset", account=account, details=details))
    return 0


def _set_secret(given: argparse.Namespace) -> int:
    """The secret comes on standard input: an argument would show in the list of processes."""
    app = compose(read(given.config))
    method = app.rules.methods.get(MethodName(given.method))
    if not isinstance(method, SetsSecret):
        raise ConfigError("methods", f"{given.method!r} has no secret that may be set")
    account = _known(app, given.login).id
    method.set_secret(account, sys.stdin.readline().rstrip("\n"), None)
    app.sessions.end_all(account, None)
    return 0


def _known(app: App, login: str) -> Account:
    account = app.accounts.by_login(login)
    if account is None:
        raise HubError(f"nobody is called {login!r}")
    return account


def _store(app: App) -> KeepsAccounts:
    for store in app.stores.values():
        if isinstance(store, KeepsAccounts):
            return store
    raise ConfigError("stores", "none of them may be written to")
