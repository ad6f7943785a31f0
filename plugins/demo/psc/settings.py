"""What the simulator is told: its two addresses and who may ask it, from psc.toml."""

import tomllib
from dataclasses import field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from hub import value

from ..party import secret_of
from ..region import DemoError

REALM: Final = "/auth/realms/esante-wallet"


@value
class Registered:
    """One relying party of the simulator."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None


@value
class Lifetimes:
    """In seconds; the defaults are those seen at the real one."""

    code: int = 60
    access: int = 120
    refresh: int = 1800
    idle: int = 1800
    session: int = 4 * 3600
    phone: int = 120


@value
class Simulated:
    auth: str
    """Where tokens are given; without a trailing slash."""
    wallet: str
    """Where people sign in: another host, as at the real one."""
    clients: tuple[Registered, ...]
    lifetimes: Lifetimes = Lifetimes()

    @property
    def issuer(self) -> str:
        return f"{self.auth}{REALM}"

    def client(self, client_id: str | None) -> Registered | None:
        return next((each for each in self.clients if each.client_id == client_id), None)


def simulated(folder: Path) -> Simulated:
    """The simulator of the region in *folder*; refused beside a hub in production."""
    region = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    # Whoever clicks on a card here is believed: no hub of real people may ever trust it.
    if region.get("environment") == "production":
        raise DemoError("The simulated Pro Santé Connect never runs beside a hub in production.")
    said = tomllib.loads((folder / "psc.toml").read_text(encoding="utf-8"))
    return Simulated(
        auth=said["auth"],
        wallet=said["wallet"],
        clients=tuple(_registered(folder, each) for each in said["client"]),
        lifetimes=Lifetimes(**said.get("lifetimes", {})),
    )


def port(address: str) -> int:
    return urlsplit(address).port or 80


def _registered(folder: Path, said: dict[str, Any]) -> Registered:
    return Registered(
        client_id=said["client_id"],
        client_secret=secret_of(folder / said["client_secret_file"]),
        redirect_uris=tuple(said["redirect_uris"]),
        post_logout_redirect_uris=tuple(said.get("post_logout_redirect_uris", ())),
        backchannel_logout_uri=said.get("backchannel_logout_uri"),
    )
