"""One real hub whose cards come three ways at once: its own listener, nginx and HAProxy.

Both proxies run the templates of deploy/, with the names and places of this run.
"""

import http.client
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event

from hub.app import compose
from hub.assembly import App
from hub.broker.returning import WebReturning
from hub.configuration import read
from hub.contract.steps import Answer
from hub.contract.values import value
from tests.card_client import CardClient
from tests.peers.authority import Authority, Certificate
from tests.peers.hub_process import HUB
from tests.peers.parts import program
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRET = "s3cretsharedwiththeproxyoftheregion"
DOMAIN = "card.hub.test"
BACK = "/login/l-1/cps"
WAYS = ("listener", "nginx", "haproxy")
PROXIES = ("nginx", "haproxy")
_NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{main} ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache shared:hub:1m;
        server_name hub.test;
        ssl_certificate {site.chain};
        ssl_certificate_key {site.key};
        location / {{
            proxy_pass http://127.0.0.1:{hub};
            proxy_set_header Hub-Card "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
    {cards}
}}
"""
_HUB = """
environment = "test"
public_address = "https://hub.test:{ports.nginx}"
listen = "127.0.0.1:{ports.hub}"
workers = 1
trusted_hops = 1
database = "sqlite:///hub.db"
plugins = ["own", "password", "totp", "regional"]
policy = "regional"
[card_host]
domain = "{domain}:{ports.nginx}"
listen = "127.0.0.1:{ports.listener}"
certificate = "{wild.chain}"
key = "{wild.key}"
secret_file = "card.secret"
hops = ["127.0.0.1/32"]
reached_at = "127.0.0.1:{ports.nginx}"
authorities = "{root}"
"""
_HAPROXY = """
defaults
    timeout connect 5s
    timeout client 30s
    timeout server 30s
"""


@value
class Ports:
    hub: int
    nginx: int
    """The hub's own address, and that of cards too."""
    listener: int
    haproxy: int

    def of(self, way: str) -> int:
        port: int = getattr(self, way)
        return port


@value
class CardFronts:
    folder: Path
    root: Path
    ports: Ports
    app: App
    """The same hub composed here, over the same tables: it lends names and reads tickets."""

    def client(self, way: str) -> CardClient:
        return CardClient(port=self.ports.of(way), root=self.root)

    def lend(self) -> str:
        """A name to show a card under."""
        address = self.app.cards.hosts.lend("cps", BACK)
        return address.removeprefix("https://").partition(":")[0]

    def taken(self, location: str) -> Answer | None:
        """What was laid for whoever is sent to *location*."""
        path, _, ticket = location.partition("?ticket=")
        if not path.endswith(BACK):
            return None
        return WebReturning(self.app.cards.hosts.returning, "cps").taken(BACK, ticket)

    def ready(self) -> Mapping[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports.hub, timeout=5)
        connection.request("GET", "/health/ready")
        found: dict[str, str] = json.loads(connection.getresponse().read())
        connection.close()
        return found

    def check(self, reached_at: int) -> subprocess.CompletedProcess[str]:
        """`hub check` of the same hub, reached at another port."""
        text = (self.folder / "hub.toml").read_text(encoding="utf-8")
        reached = 'reached_at = "127.0.0.1:{}"'
        text = text.replace(reached.format(self.ports.nginx), reached.format(reached_at))
        other = self.folder / "other.toml"
        other.write_text(text, encoding="utf-8")
        argv = [*HUB, "check", "--config", str(other)]
        return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)


@contextmanager
def card_fronts(folder: Path, authority: Authority) -> Iterator[CardFronts]:
    nginx, haproxy = program("nginx"), program("haproxy")
    ports = Ports(**{name: free_port() for name in ("hub", "listener", "nginx", "haproxy")})
    wild, site = authority.site(f"*.{DOMAIN}"), authority.site("hub.test")
    _hub_files(folder, authority, ports, wild)
    serve = [*HUB, "serve", "--config", str(folder / "hub.toml")]
    subprocess.run([*HUB, "setup", *serve[-2:]], check=True, timeout=60)
    made = CardFronts(
        folder=folder,
        root=authority.root,
        ports=ports,
        app=compose(read(folder / "hub.toml")),
    )
    with ExitStack() as started:
        started.callback(made.app.database.engine.dispose)
        proxies = {
            ports.nginx: _nginx(nginx, folder, ports, wild, site),
            ports.haproxy: _haproxy(haproxy, folder, ports, wild, authority.root),
        }
        for port, argv in proxies.items():
            started.enter_context(_listening(argv, folder / f"{port}.log", port))
        started.enter_context(_listening(serve, folder / "hub.log", ports.listener))
        _open(made)
        yield made


@contextmanager
def _listening(argv: list[str], log: Path, port: int) -> Iterator[None]:
    with running(argv, log, env={"HUB_CARD_SECRET": SECRET}) as process:
        wait_until(lambda: listening(port), process, log, seconds=90)
        yield


def _open(fronts: CardFronts) -> None:
    """Every process has tried a forged certificate by now, or will never have."""
    for _ in range(600):
        with suppress(OSError):
            if fronts.ready().get("card_host") == "open":
                return
        Event().wait(0.1)
    raise AssertionError("the card host never opened")


def careless(folder: Path, ports: Ports, wild: Certificate) -> tuple[list[str], int]:
    """nginx that hands over what the browser says it holds, and the port where it does."""
    secret = folder / "careless-hop.conf"
    secret.write_text(f'proxy_set_header Hub-Card "{SECRET} $http_client_cert";\n')
    own = replace(ports, nginx=free_port())
    cards = _template(folder, own, wild).replace(str(folder / "card-hop.conf"), str(secret))
    text = _frame(own, wild, cards)
    return _nginx_run(program("nginx"), folder / "careless", text), own.nginx


def _hub_files(folder: Path, authority: Authority, ports: Ports, wild: Certificate) -> None:
    secret = folder / "card.secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET, encoding="utf-8")
    text = _HUB.format(root=authority.root, ports=ports, wild=wild, domain=DOMAIN)
    (folder / "hub.toml").write_text(text, encoding="utf-8")


def _nginx(
    nginx: str, folder: Path, ports: Ports, wild: Certificate, site: Certificate
) -> list[str]:
    hop = folder / "card-hop.conf"
    hop.touch(mode=0o600)
    hop.write_text(f'proxy_set_header Hub-Card "{SECRET} $ssl_client_escaped_cert";\n')
    text = _frame(ports, site, _template(folder, ports, wild))
    return _nginx_run(nginx, folder / "nginx", text)


def _nginx_run(nginx: str, place: Path, text: str) -> list[str]:
    place.mkdir()
    (place / "nginx.conf").write_text(text.replace("{place}", str(place)))
    return [
        nginx,
        "-p",
        str(place),
        "-c",
        str(place / "nginx.conf"),
        "-e",
        str(place / "error.log"),
    ]


def _template(folder: Path, ports: Ports, wild: Certificate) -> str:
    text = (DEPLOY / "nginx/card.conf").read_text(encoding="utf-8")
    return _in_this_run(
        text,
        {
            "listen 192.0.2.2:443": f"listen 127.0.0.1:{ports.nginx}",
            "*.card.region.example": f"*.{DOMAIN}",
            "/etc/hub/card.pem": str(wild.chain),
            "/etc/hub/card.key": str(wild.key),
            "http://127.0.0.1:8000": f"http://127.0.0.1:{ports.hub}",
            "/etc/hub/card-hop.conf": str(folder / "card-hop.conf"),
        },
    )


def _frame(ports: Ports, site: Certificate, cards: str) -> str:
    return _NGINX.format(folder="{place}", main=ports.nginx, hub=ports.hub, site=site, cards=cards)


def _haproxy(
    haproxy: str, folder: Path, ports: Ports, wild: Certificate, issuers: Path
) -> list[str]:
    both = folder / "card.both.pem"
    both.touch(mode=0o600)
    both.write_bytes(wild.chain.read_bytes() + wild.key.read_bytes())
    text = (DEPLOY / "haproxy/card.cfg").read_text(encoding="utf-8")
    (folder / "haproxy.cfg").write_text(
        _HAPROXY
        + _in_this_run(
            text,
            {
                "bind 192.0.2.2:443": f"bind 127.0.0.1:{ports.haproxy}",
                "/etc/hub/card.both.pem": str(both),
                "/etc/hub/card-issuers.pem": str(issuers),
                "127.0.0.1:8000": f"127.0.0.1:{ports.hub}",
            },
        )
    )
    return [haproxy, "-db", "-f", str(folder / "haproxy.cfg")]


def _in_this_run(text: str, places: Mapping[str, str]) -> str:
    for there, here in places.items():
        assert there in text, f"the template no longer says {there}"
        text = text.replace(there, here)
    return text
