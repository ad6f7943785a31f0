"""A whole hub in this process: real plugins, a real SQLite database, a clock that tests move."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.app import compose, prepare
from hub.assembly import App
from hub.configuration import configured
from hub.contract.accounts import Account, KeepsAccounts
from hub.contract.identifiers import MethodName
from hub.contract.tasks import SetsSecret
from hub.outbound import Transport

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BASE: Mapping[str, Any] = {
    "environment": "test",
    "public_address": "https://hub.test",
    "database": "sqlite:///hub.db",
    "plugins": ["own", "regional", "password"],
    "policy": "regional",
}


class MovingClock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)


class RunningHub:
    """`app.wsgi` answers requests; nothing else runs until a test says so."""

    def __init__(self, app: App, clock: MovingClock) -> None:
        self.app = app
        self.clock = clock

    def turn(self) -> None:
        """Let the worker do all that is due now."""
        self.app.worker.turn()

    def settle(self, account: Account, **secrets: str) -> None:
        """Create *account*, with a secret for each method named: `password="…"`."""
        store = next(s for s in self.app.stores.values() if isinstance(s, KeepsAccounts))
        store.create(account)
        for name, secret in secrets.items():
            method = self.app.rules.methods[MethodName(name)]
            if not isinstance(method, SetsSecret):
                raise TypeError(f"method {name!r} has no secret that may be set")
            method.set_secret(account.id, secret, None)


def running_hub(folder: Path, transport: Transport | None = None, **changes: Any) -> RunningHub:
    """Keys, tables and all in *folder*; *changes* replace or add keys of `hub.toml`.

    *transport* is the outside world: parties the operator named are reached through it.
    """
    configuration = configured({**BASE, **changes}, folder)
    prepare(configuration)
    clock = MovingClock()
    return RunningHub(compose(configuration, clock, transport=transport), clock)
