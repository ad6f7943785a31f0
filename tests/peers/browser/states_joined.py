"""States of pages about services that registered themselves."""

import json
from itertools import repeat
from urllib.parse import urlencode

from hub.app import compose
from hub.configuration import read
from hub.contract.identifiers import ServiceId
from hub.contract.services import ServiceState
from tests.peers.browser.people import Kind, Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

LOGIN = "/login/<login>"
BACK = "https://carnet.test/back"
CARNET = {
    "client_name": "Carnet de vaccination",
    "redirect_uris": [BACK],
    "policy_uri": "https://carnet.test/policy",
    "tos_uri": "https://carnet.test/terms",
}


@STATES("signin-joined", LOGIN, once=True)
def joined(tab: Tab, person: Person) -> None:
    """Its name, and where its papers are."""
    _arrive(tab, _registered(tab))


@STATES("error-403-suspended", LOGIN, status=403, once=True)
def suspended(tab: Tab, person: Person) -> None:
    """Switched off while somebody was on the way to it."""
    client = _registered(tab)
    _arrive(tab, client)
    tab.town.hub.command("service", "disable", client)
    login = tab.path
    # Each process looks once a second.
    for _ in repeat(None, 200):
        tab.open(login)
        if tab.status == 403:
            return


@STATES("console-joining", "/console/services/waiting", kind=Kind.OPERATOR, seed=SEED)
def joining(tab: Tab, person: Person) -> None:
    """One waits; the question before it is forgotten stands open."""
    _waiting(tab, _registered(tab))
    tab.sign_in_strong(person, "/console/services")
    tab.press("p.note a[href='/console/services/waiting']")
    tab.page.locator("main details summary").first.click()


def _waiting(tab: Tab, client: str) -> None:
    """As it would where the operator wants to see each; this town lets them in at once."""
    app = compose(read(tab.town.hub.folder / "hub.toml"))
    app.registered.stand(ServiceId(client), ServiceState.PENDING)
    app.database.engine.dispose()


def _registered(tab: Tab) -> str:
    headers = {"Content-Type": "application/json"}
    with tab.town.hub.ask("POST", "/oidc/register", json.dumps(CARNET), headers) as answer:
        told: dict[str, str] = json.loads(answer.read())
    return told["client_id"]


def _arrive(tab: Tab, client: str) -> None:
    asked = {
        "client_id": client,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": "a" * 43,
        "code_challenge_method": "S256",
    }
    tab.open(f"/oidc/authorize?{urlencode(asked)}")
