"""A real `hub serve` in its own folder: generated hub.toml, own database, own port."""

import http.client
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from hub.contract.values import value
from tests.peers.processes import running, wait_until
from tests.peers.services import RelyingParty
from tests.peers.sites import Site

PLUGINS = ("own", "password", "totp", "regional", "oidc")
HUB = (sys.executable, "-m", "hub.cli")


@value
class HubProcess:
    site: Site
    root: Path
    folder: Path

    @property
    def issuer(self) -> str:
        return self.site.origin

    def get(self, path: str) -> http.client.HTTPResponse:
        """One request over TLS, verified with the test authority; redirects are not followed."""
        return self.ask("GET", path)

    def ask(
        self, verb: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        trusted = ssl.create_default_context(cafile=str(self.root))
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.site.port, timeout=30, context=trusted
        )
        host = {"Host": f"{self.site.name}:{self.site.port}", "Connection": "close"}
        connection.request(verb, path, body.encode(), {**host, **(headers or {})})
        response = connection.getresponse()
        connection.sock = None
        return response

    def document(self, path: str) -> dict[str, object]:
        with self.get(path) as response:
            found: dict[str, object] = json.loads(response.read())
        return found

    def command(self, *words: str) -> str:
        """`hub <words> --config …`, as the operator types it; what it printed."""
        argv = [*HUB, *words, "--config", str(self.folder / "hub.toml")]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout


@value
class Carriers:
    """Plugins that carry messages, with the tables hub.toml says about them."""

    plugins: tuple[str, ...] = ()
    tables: str = ""


def configuration(
    site: Site, database: str, parties: Sequence[RelyingParty], carriers: Carriers
) -> str:
    """hub.toml; the services' secrets lie beside it."""
    head = f"""
environment = "test"
public_address = "{site.origin}"
listen = "127.0.0.1:{site.port}"
workers = 2
database = "{database}"
plugins = {json.dumps(PLUGINS + carriers.plugins)}
policy = "regional"
"""
    return "".join((head, carriers.tables, *(_service(party) for party in parties)))


def set_up(hub: HubProcess, text: str, parties: Sequence[RelyingParty], people: str) -> None:
    """As an operator does it: hub.toml, the services' secrets, `hub setup`, the first people."""
    (hub.folder / "hub.toml").write_text(text, encoding="utf-8")
    (hub.folder / "people.toml").write_text(people, encoding="utf-8")
    for party in parties:
        secret = hub.folder / f"{party.service}.secret"
        secret.touch(mode=0o600)
        secret.write_text(party.secret, encoding="utf-8")
    hub.command("setup")
    hub.command("account", "import", str(hub.folder / "people.toml"))


@contextmanager
def served(hub: HubProcess, *options: str) -> Iterator[HubProcess]:
    """Runs until the block ends; ready means that `/health/ready` says so."""
    argv = [*HUB, "serve", "--config", str(hub.folder / "hub.toml")]
    argv += ["--tls-certificate", str(hub.site.certificate.chain)]
    argv += ["--tls-key", str(hub.site.certificate.key), *options]
    log = hub.folder / "hub.log"
    with running(argv, log) as process:
        wait_until(lambda: _ready(hub), process, log)
        yield hub


def _ready(hub: HubProcess) -> bool:
    try:
        with hub.get("/health/ready") as response:
            return response.status == 200
    except OSError:
        return False


def _service(party: RelyingParty) -> str:
    return f"""
[service.{party.service}]
title = "{party.service.capitalize()}"
minimum = "{party.minimum}"
claims = ["given_name", "family_name", "email", "rpps"]
launch = "{party.site.origin}/"
frontend = "oidc"
[service.{party.service}.oidc]
client_id = "{party.client_id}"
client_secret_file = "{party.service}.secret"
redirect_uris = ["{party.redirect_uri}"]
post_logout_redirect_uris = ["{party.site.origin}/bye"]
token_endpoint_auth_method = "{party.method}"
refresh_tokens = true
"""
