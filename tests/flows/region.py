"""The demo region in this process: the real hub and its services, on a clock that is told."""

import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pyotp
import requests
from werkzeug.exceptions import ServiceUnavailable

from hub.app import compose, prepare
from hub.assembly import App
from hub.configuration import Configuration, parsed, read
from hub.contract.identifiers import ActionName, ServiceId
from hub.contract.steps import Answer, Ask, Done
from hub.contract.tasks import Task
from hub.people.newcomers import Newcomers, Reception, WritableStore
from hub.testing.toolbox import MemoryClock
from hub_plugins.demo.notice import people
from hub_plugins.demo.pages import make_party
from hub_plugins.demo.party import Party, party
from hub_plugins.demo.region import MAILBOXES, ports, write_files
from hub_plugins.demo.saml_pages import make_saml_party
from hub_plugins.demo.saml_party import saml_party
from tests.flows.browser import Browser
from tests.flows.wsgi import Application, back_channel

HUB, MEDIMAIL, EMAGE, EMAGE_SAML = (f"http://localhost:{port}" for port in (8000, 8001, 8002, 8005))
NOW = datetime(2026, 1, 5, 8, 12, tzinfo=UTC)
CENTURY = 3_000_000_000
NEW_TO_MEDIMAIL = ("henri.vasseur", "sophie.garnier")
"""They never opened it: it asks its terms and its association first."""
CONFIRMED = {
    "accept": "yes",
    "attest": "yes",
    "mobile": "06 12 34 56 78",
    "mail": "somebody@cabinet.example",
    "identifier_type": "finess",
    "identifier_number": "990000029",
}


@dataclass
class Region:
    folder: Path
    clock: MemoryClock
    app: App = field(init=False)
    sites: dict[str, Application] = field(default_factory=dict)
    back: list[str] = field(default_factory=list)
    """Method and path of what the services asked the hub behind the browser's back."""
    told: list[str] = field(default_factory=list)
    """Where the hub posted that a session is over."""
    up: bool = True

    def browser(self, language: str = "fr") -> Browser:
        return Browser(self.sites, language)

    def restart(self) -> None:
        """What is in memory is lost, as after kill -9; the services run on."""
        self.app = self.composed()

    def composed(self) -> App:
        """The hub; what it sends to services behind the browser's back arrives in this process."""
        return compose(
            configuration(self.folder),
            self.clock,
            transport=lambda _: httpx.MockTransport(self._carried),
        )

    def totp(self) -> str:
        """What the authenticator app of Nadia Benali shows now."""
        seeds = [person["secrets"].get("totp") for person in tomllib.loads(people())["person"]]
        seed = next(each for each in seeds if each)
        return pyotp.TOTP(seed).at(int(self.clock().timestamp()))

    def letters(self) -> int:
        """How many codes and mails the inbox shows, once the worker has done its round."""
        self.app.worker.turn()
        return len(self.browser().open(f"{HUB}/apps/console/").articles())

    def _carried(self, request: httpx.Request) -> httpx.Response:
        service = f"{request.url.scheme}://{request.url.netloc.decode()}"
        if service not in self.sites:
            raise httpx.ConnectError("nobody listens there", request=request)
        self.told.append(str(request.url))
        with httpx.Client(transport=httpx.WSGITransport(self.sites[service])) as client:
            answer = client.send(request)
        # Its stream was read here: whoever asked gets one of their own.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def serve(self, environ: Mapping[str, Any], start: Any) -> Any:
        answer = self.app.wsgi if self.up else ServiceUnavailable()
        return answer(dict(environ), start)


def made(folder: Path, database: str = "") -> None:
    """Write the demo's own configuration, make keys and tables, settle everybody.

    *database* is the address of another than the demo's, which is a file in *folder*.
    """
    folder.mkdir()
    write_files(folder, ports({}), NOW)
    if database:
        _move(folder / "hub.toml", database)
    prepare(configuration(folder))
    clock = MemoryClock(NOW)
    app = compose(configuration(folder), clock)
    store = app.stores["own"]
    assert isinstance(store, WritableStore)
    reception = Reception(store, app.rules.methods, app.rights, clock())
    for newcomer in parsed(tomllib.loads(people()), Newcomers, "").person:
        assert reception.settle(newcomer)
    _post(app, folder)
    _opened_medimail_before(app, clock)
    app.database.engine.dispose()


def _move(file: Path, database: str) -> None:
    text = file.read_text(encoding="utf-8")
    moved, times = re.subn(r'(?m)^database = "[^"]*"', f'database = "{database}"', text)
    assert times == 1
    file.write_text(moved, encoding="utf-8")


def _post(app: App, folder: Path) -> None:
    """The mailboxes come in as the demo brings them."""
    command = app.equipped.commands["medimail"]
    assert command.run(["import", str(folder / MAILBOXES)]) == 0


def _opened_medimail_before(app: App, clock: MemoryClock) -> None:
    """Nearly everybody did: the first opening has its own tests, and two people of its own."""
    for person in tomllib.loads(people())["person"]:
        account = app.accounts.by_login(person["login"])
        if account is None or person["login"] in NEW_TO_MEDIMAIL:
            continue
        for name in ("terms.medimail", "association.medimail"):
            action = app.rules.actions[ActionName(name)]
            task = Task(now=clock(), account=account, service=ServiceId("medimail"), return_url="/")
            asked = action.begin(task)
            assert isinstance(asked, Ask)
            done = action.advance(replace(task, memory=asked.memory), Answer(fields=CONFIRMED))
            assert done == Done(), (person["login"], done)


def opened(template: Path, folder: Path) -> Region:
    """A copy of the region in *template*, with everything running in this process."""
    shutil.copytree(template, folder)
    clock = MemoryClock(NOW)
    region = Region(folder=folder, clock=clock)
    region.restart()
    region.sites[HUB] = region.serve
    for name, address in (("medimail", MEDIMAIL), ("emage", EMAGE)):
        region.sites[address] = _service(region, party(folder, name))
    region.sites[EMAGE_SAML] = _saml_service(region)
    return region


def configuration(folder: Path) -> Configuration:
    return read(folder / "hub.toml")


def _service(region: Region, served: Party) -> Application:
    app = make_party(served, lambda: region.clock().timestamp())
    client = app.extensions["authlib.integrations.flask_client"].create_client(served.name)
    client.client_cls = back_channel(region.serve, region.back)
    parse = client.parse_id_token
    # The service's own clock is the real one; the region's stands where the test put it.
    client.parse_id_token = lambda token, **named: parse(token, **{**named, "leeway": CENTURY})
    return app.wsgi_app


def _saml_service(region: Region) -> Application:
    def metadata(address: str) -> bytes:
        with httpx.Client(transport=httpx.WSGITransport(region.serve)) as client:
            answer = client.get(address)
        if answer.status_code != 200:
            raise requests.HTTPError("the hub is down")
        return answer.content

    served = saml_party(region.folder)
    return make_saml_party(served, lambda: region.clock().timestamp(), metadata).wsgi_app
