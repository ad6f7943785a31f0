"""npm oidc-provider above a hub of this process, and the browser between the two."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
from bs4 import BeautifulSoup

from hub.testing.running import RunningHub, running_hub
from tests.federation.visits import ANN, HUB, browser_of
from tests.flows.browser import MOST_REDIRECTS, Page
from tests.peers.parts import NODE_FOLDER, node_module, program
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port

NAME, ACR = "node", "eidas1"
SECRET = "s:cret+of%the-hub & more, thirty-two at least"


class Upstream:
    """`sign_in` walks the whole way; cookies of the provider are kept apart from the hub's."""

    def __init__(self, hub: RunningHub, issuer: str) -> None:
        self.hub = hub
        self.issuer = issuer
        self.browser = browser_of(hub)
        self.there = httpx.Client(follow_redirects=False)

    def sign_in(self) -> Page:
        page = self.browser.open(f"{HUB}/services")
        return self.walk(self.browser.submit(page.form(to=f"/{NAME}")).link("Y aller"))

    def leave_there(self) -> Page:
        """And what the hub shows then."""
        self._ended(f"{self.issuer}/session/end")
        return self.browser.open(f"{HUB}/services")

    def walk_out(self, address: str) -> Page:
        """There with the hub's word, and back where the provider leads."""
        return self.browser.open(self._ended(address).headers["location"])

    def _ended(self, address: str) -> httpx.Response:
        """By its own form, which asks before it ends anything."""
        action, sent = _form(self.there.get(address))
        ended = self.there.post(action, data={**sent, "logout": "yes"})
        assert ended.is_redirect, ended.text
        return ended

    def walk(self, address: str) -> Page:
        """Through the provider and back, whichever way it answers."""
        for _ in range(MOST_REDIRECTS):
            if address.startswith(HUB):
                return self.browser.open(address)
            answer = self.there.get(address)
            if "location" not in answer.headers:
                return self._posted(answer)
            address = str(answer.url.join(answer.headers["location"]))
        raise AssertionError(f"the provider leads in circles: {address}")

    def _posted(self, answer: httpx.Response) -> Page:
        action, sent = _form(answer)
        outside = httpx.Client(transport=httpx.WSGITransport(self.hub.app.wsgi))
        back = outside.post(action, data=sent)
        return self.browser.open(str(httpx.URL(HUB).join(back.headers["Location"])))


def _form(page: httpx.Response) -> tuple[str, dict[str, str]]:
    form = BeautifulSoup(page.text, "html.parser").find("form")
    assert form, page.text
    fields = form.find_all("input")
    return str(form["action"]), {str(each["name"]): str(each["value"]) for each in fields}


@contextmanager
def upstream(
    folder: Path, settings: Mapping[str, Any], client: Mapping[str, Any]
) -> Iterator[Upstream]:
    """*settings*: the hub's of the provider; *client*: the hub as it is registered there."""
    node_module("oidc-provider")
    port = free_port()
    issuer = f"http://localhost:{port}"
    carriers: list[httpx.HTTPTransport] = []
    hub = running_hub(
        folder,
        lambda places: _kept(carriers, places),
        plugins=["own", "regional", "password", "oidc_provider"],
        plugin={"oidc_provider": {"providers": {NAME: _table(folder, issuer, settings)}}},
    )
    hub.clock.now = datetime.now(UTC)
    hub.settle(ANN, password="correct horse battery staple")
    with _answering(hub) as address, _provider(port, client, address, folder):
        there = Upstream(hub, issuer)
        yield there
        there.there.close()
        for each in carriers:
            each.close()


def _table(folder: Path, issuer: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    secret = folder / "provider.secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    return {
        "issuer": issuer,
        "client_id": "hub:one",
        "client_secret_file": secret.name,
        "title": "Node",
        "scopes": ["openid", "scope_all"],
        "acr_values": [ACR],
        "identifiers": {"SubjectNameID": "rpps"},
        **settings,
    }


def _kept(carriers: list[httpx.HTTPTransport], places: httpx.Limits) -> httpx.HTTPTransport:
    carriers.append(httpx.HTTPTransport(limits=places))
    return carriers[-1]


@contextmanager
def _provider(port: int, client: Mapping[str, Any], hub: str, folder: Path) -> Iterator[None]:
    registered = {
        "client_id": "hub:one",
        "client_secret": SECRET,
        "redirect_uris": [f"{HUB}/{NAME}/callback"],
        "post_logout_redirect_uris": [f"{HUB}/logout/returned"],
        "backchannel_logout_uri": f"{hub}/{NAME}/backchannel-logout",
        "backchannel_logout_session_required": True,
        **client,
    }
    kept = {name: each for name, each in registered.items() if each is not None}
    env = {"UPSTREAM": json.dumps({"port": port, "client": kept, "acr": ACR})}
    log = folder / "upstream.log"
    with running([program("node"), str(NODE_FOLDER / "upstream.mjs")], log, env=env) as process:
        wait_until(lambda: listening(port), process, log)
        yield


@contextmanager
def _answering(hub: RunningHub) -> Iterator[str]:
    """The hub on loopback, for what the provider posts by itself."""
    server = make_server("127.0.0.1", 0, hub.app.wsgi, WSGIServer, _Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass
