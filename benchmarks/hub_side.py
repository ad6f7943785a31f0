"""Starts `hub serve` with two workers on SQLite, with people in it and one of them signed in."""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.meter import command, family
from benchmarks.people import login_of, settle
from benchmarks.provider import Endpoints, Provider
from benchmarks.sign_in import SignIn
from benchmarks.wire import Connection
from tests.peers.hub_process import HUB
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

_REDIRECT = "https://rp.test/cb"
ENDPOINTS = Endpoints(
    authorize="/oidc/authorize",
    token="/oidc/token",
    userinfo="/oidc/userinfo",
    jwks="/oidc/jwks",
    introspection="/oidc/introspect",
)
_CONFIGURATION = """
environment = "test"
public_address = "http://localhost:{port}"
listen = "127.0.0.1:{port}"
workers = 2
log = "warning"
database = "{database}"
plugins = ["own", "password", "totp", "regional", "oidc"{plugins}]
policy = "regional"

[service.rp]
title = "Relying party"
minimum = "simple"
claims = ["given_name", "family_name", "email"]
launch = "https://rp.test/"
frontend = "oidc"

[service.rp.oidc]
client_id = "rp"
client_secret_file = "rp.secret"
redirect_uris = ["{redirect}"]
token_endpoint_auth_method = "basic"
"""


@contextmanager
def hub(
    people: int,
    passwords: int = 1,
    name: str = "hub",
    more: str = "",
    database: str = "sqlite:///hub.db",
    files: Mapping[str, bytes] | None = None,
    plugins: str = "",
) -> Iterator[Provider]:
    """*people* accounts, the first *passwords* of them with one; number 0 is signed in.

    *more* is added to what is configured for the service; *files* lie beside hub.toml before its
    first start; *plugins* are named after a comma.
    """
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as made:
        folder, port, secret = Path(made), free_port(), secrets.token_urlsafe(32)
        described(folder, port, secret, more, database, plugins)
        for path, content in (files or {}).items():
            (folder / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / path).touch(mode=0o600)
            (folder / path).write_bytes(content)
        password = settle(folder / "hub.toml", people, passwords)
        log = folder / "hub.log"
        argv = [*HUB, "serve", "--config", str(folder / "hub.toml")]
        with running(argv, log) as process:
            wait_until(lambda: listening(port), process, log)
            provider = Provider(
                name=name,
                port=port,
                host=f"localhost:{port}",
                pid=process.pid,
                issuer=f"http://localhost:{port}",
                endpoints=ENDPOINTS,
                client_id="rp",
                client_secret=secret,
                redirect_uri=_REDIRECT,
                password=password,
            )
            with Connection(provider.port, provider.host) as connection:
                yield signed_in(provider, connection)


def described(
    folder: Path,
    port: int,
    secret: str,
    more: str = "",
    database: str = "sqlite:///hub.db",
    plugins: str = "",
) -> None:
    """Write hub.toml, and the secret of the one service in it."""
    text = _CONFIGURATION.format(port=port, redirect=_REDIRECT, database=database, plugins=plugins)
    (folder / "hub.toml").write_text(text + more, encoding="utf-8")
    (folder / "rp.secret").touch(mode=0o600)
    (folder / "rp.secret").write_text(secret, encoding="utf-8")


def signed_in(provider: Provider, connection: Connection) -> Provider:
    """The same, with the cookies of person 0's browser."""
    cookie = SignIn(provider, connection, lambda: login_of(0)).run()
    return replace(provider, cookie=cookie)


def workers(provider: Provider) -> tuple[int, ...]:
    """Every process of the hub but the first, which only watches them."""
    children = (pid for pid in family(provider.pid) if pid != provider.pid)
    return tuple(pid for pid in children if "resource_tracker" not in command(pid))
