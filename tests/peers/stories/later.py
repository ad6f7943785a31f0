"""A whole hub in this process, over https, with a clock that tests move: days pass in a moment."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from sqlalchemy import delete, update

from hub.app import compose
from hub.assembly import App
from hub.configuration import read
from hub.contract.identifiers import AccountId
from hub.store.tables import lease, notice
from tests.peers.authority import Authority
from tests.peers.browser.people import Person
from tests.peers.browser.town import TERMS, Town
from tests.peers.hub_process import HubProcess, set_up
from tests.peers.processes import PAUSE
from tests.ports import free_port
from tests.peers.services import relying_party
from tests.peers.sites import Site, site
from tests.peers.stories.cast import CAST


class Later:
    """`app` answers and works at the hour of this machine, and what was added to it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._ahead = timedelta()
        self._working = Lock()
        self.app = self._composed()

    def pass_time(self, **passed: float) -> None:
        self._ahead += timedelta(**passed)

    def today(self) -> None:
        """Nothing waits for an hour that was already there and is to come again."""
        with self._working:
            self._ahead = timedelta()
            with self.app.database.transaction() as transaction:
                transaction.execute(delete(lease))
                transaction.execute(update(notice).values(claimed_until=self.now()))

    def begin_again(self) -> None:
        """As the operator starts it anew: what it kept in memory waits for no hour either."""
        with self._working:
            self.app = self._composed()

    def work(self) -> None:
        """All that is due now."""
        with self._working:
            self.app.worker.turn()

    def rewritten(self, former: str, now: str) -> None:
        """The operator changes these words of hub.toml and starts the hub again."""
        file = self.town.hub.folder / "hub.toml"
        text = file.read_text(encoding="utf-8")
        assert former in text
        file.write_text(text.replace(former, now), encoding="utf-8")
        self.app = self._composed()

    def account(self, person: Person) -> AccountId:
        found = self.app.accounts.by_login(person.login)
        assert found
        return found.id

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app.wsgi(environ, start_response)

    def _composed(self) -> App:
        return compose(read(self.town.hub.folder / "hub.toml"), self.now)


@contextmanager
def later_hub(authority: Authority, folder: Path) -> Iterator[Later]:
    """Nobody listens where its short messages go."""
    own = site(authority, "later.test")
    services = [relying_party(name, site(authority, f"{name}.test")) for name in ("mail", "image")]
    hub = HubProcess(site=own, root=authority.root, folder=folder)
    (folder / "terms.txt").write_text(TERMS, encoding="utf-8")
    set_up(hub, _configuration(own), (), "\n".join(each.described() for each in CAST.values()))
    later = Later(Town(hub=hub, medimail=services[0], emage=services[1]))
    with at_work(own, later):
        yield later


@contextmanager
def at_work(own: Site, later: Later) -> Iterator[None]:
    """Answers at *own*, and does its jobs."""
    with _served(own, later), _working(later):
        yield


@contextmanager
def _served(own: Site, later: Later) -> Iterator[None]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own.certificate.chain, own.certificate.key)
    server = make_server(
        "127.0.0.1", own.port, later, threaded=True, request_handler=_Silent, ssl_context=tls
    )
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _working(later: Later) -> Iterator[None]:
    over = Event()

    def work() -> None:
        while not over.wait(PAUSE):
            later.work()

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Addresses hold tickets."""


def _configuration(own: Site) -> str:
    return f"""
environment = "test"
public_address = "{own.origin}"
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "terms", "situation", "sent_code", "totp", "console",
  "sms_http", "oidc"]
policy = "regional"
trusted_hops = 1
[session]
shared_networks = ["198.51.100.0/24"]
[support]
telephone = "03 00 00 00 00"
hours = "du lundi au vendredi de 9 h à 18 h"
[messages]
chains = {{ sms = ["sms_http"], mail = ["console"] }}
[plugin.sms_http]
address = "http://127.0.0.1:{free_port()}/send"
[portal]
requires = ["terms.portal"]
[plugin.password]
memory = 1024
passes = 1
[plugin.terms.texts.portal]
version = "2026-01"
title = "Conditions générales d’utilisation du portail"
file = "terms.txt"
[service.intranet]
title = "Intranet"
minimum = "strong"
launch = "{own.origin}/help"
[service.reserved]
title = "Intranet réservé"
minimum = "strong"
rights = ["reserved.reader"]
launch = "{own.origin}/help"
[service.strong]
title = "Messagerie"
minimum = "strong"
launch = "{own.origin}/help"
[service.record]
title = "Dossier"
minimum = "strong"
launch = "{own.origin}/help"
frontend = "oidc"
[service.record.oidc]
client_id = "record"
token_endpoint_auth_method = "none"
redirect_uris = ["{own.origin}/help"]
"""
