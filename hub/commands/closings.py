"""`hub account close`: an account erased for good."""

import argparse
from typing import Any

from hub.app import compose
from hub.assembly import App
from hub.commands.listings import table
from hub.configuration import read
from hub.contract.errors import ConfigError, HubError
from hub.store.closing import Closing, known


def add(verbs: Any, common: argparse.ArgumentParser) -> None:
    close = verbs.add_parser("close", parents=[common], help="erase somebody for good")
    close.add_argument("account", help="the id, or a word the person signs in with")
    close.add_argument("--yes", action="store_true", help="there is no way back: say so")
    close.set_defaults(run=_close)


def closing_of(app: App) -> Closing:
    holdings = app.equipped.holdings.values()
    return Closing(app.database, app.clock, app.sessions, app.trail, app.stores, holdings)


def _close(given: argparse.Namespace) -> int:
    app = compose(read(given.config))
    found = known(app.stores, given.account)
    if not found:
        raise HubError(f"nobody is called {given.account!r}")
    if len({each.id for each in found}) > 1:
        raise HubError(f"{given.account!r} names several accounts: say the id")
    if not given.yes:
        raise ConfigError("--yes", "what is closed cannot be opened again: add it to go on")
    gone = closing_of(app).close(found[0], by="command line")
    table(("KIND", "ERASED"), ((kind, str(number)) for kind, number in gone.items() if number))
    return 0
