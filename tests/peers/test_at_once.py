"""Many at once before two workers: what works once works once, and who hangs holds up nobody."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.hearing import hearing
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.region import ANN
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import site
from tests.peers.walker import Form, Visit, Walker, sign_in

CROWD = 50
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
FORM = "application/x-www-form-urlencoded"
PATIENCE = 10
"""Seconds; a hanging service is waited for longer than that."""


@value
class Here:
    hub: HubProcess
    emage: RelyingParty
    medimail: RelyingParty
    told: Event
    """Set once e-mage heard that a session is over."""

    def walker(self) -> Walker:
        return Walker(str(self.hub.root), within=self.hub.issuer)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def here(
    request: pytest.FixtureRequest, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp(f"at_once_{request.param}")
    database = f"sqlite:///{folder}/hub.db"
    if request.param == "postgres":
        database = request.getfixturevalue("postgres").create("at_once")
    emage, medimail = (
        relying_party(name, site(authority, f"{name}.test")) for name in ("emage", "medimail")
    )
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    told = Event()
    with ExitStack() as all_of_it:
        hears = all_of_it.enter_context(hearing(told))
        hangs = all_of_it.enter_context(hanging())
        text = configuration(hub.site, database, [emage, medimail], Carriers())
        for name, address in (("emage", hears), ("medimail", hangs)):
            table = f"[service.{name}.oidc]\n"
            text = text.replace(table, f'{table}backchannel_logout_uri = "{address}"\n')
        set_up(hub, text, [emage, medimail], ANN.described())
        all_of_it.enter_context(served(hub))
        yield Here(hub=hub, emage=emage, medimail=medimail, told=told)


@contextmanager
def hanging() -> Iterator[str]:
    """Connections are taken by the kernel, and nobody ever reads them."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}/notice"


def test_of_fifty_who_show_one_code_a_single_one_is_served(here: Here) -> None:
    code = _code(here, here.emage)
    answers = _crowd(lambda: _token(here, here.emage, _redeeming(here.emage, code)))
    assert sorted(status for status, _ in answers) == [200] + [400] * (CROWD - 1)
    refused = [body for status, body in answers if status == 400]
    assert {body["error"] for body in refused} == {"invalid_grant"}


def test_of_fifty_who_show_one_refresh_token_a_single_one_is_served(here: Here) -> None:
    code = _code(here, here.emage)
    _, tokens = _token(here, here.emage, _redeeming(here.emage, code))
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    answers = _crowd(lambda: _token(here, here.emage, form))
    assert sorted(status for status, _ in answers) == [200] + [400] * (CROWD - 1)


def test_a_service_that_hangs_delays_neither_the_person_nor_the_others(here: Here) -> None:
    walker = here.walker()
    for party in (here.medimail, here.emage):
        assert _code(here, party, walker)
    here.told.clear()
    page = walker.open(f"{here.hub.issuer}/logout")
    left = walker.submit(page, _leaving(page), {})
    assert left.status == 200 and "déconnecté" in left.text
    assert here.told.wait(PATIENCE), "who answers is told while the other one hangs"
    assert _code(here, here.emage), "and others sign in meanwhile"


def _crowd(
    ask: Callable[[], tuple[int, dict[str, str]]],
) -> list[tuple[int, dict[str, str]]]:
    with ThreadPoolExecutor(CROWD) as pool:
        return [each.result() for each in [pool.submit(ask) for _ in range(CROWD)]]


def _code(here: Here, party: RelyingParty, walker: Walker | None = None) -> str:
    query = {
        "client_id": party.client_id,
        "redirect_uri": party.redirect_uri,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    walker = walker or here.walker()
    visit = walker.open(f"{here.hub.issuer}/oidc/authorize?{urlencode(query)}")
    answered = sign_in(walker, visit, ANN.login, ANN.password)
    return parse_qs(urlsplit(answered.address).query)["code"][0]


def _redeeming(party: RelyingParty, code: str) -> dict[str, str]:
    known = {"redirect_uri": party.redirect_uri, "code_verifier": VERIFIER}
    return {"grant_type": "authorization_code", "code": code, **known}


def _token(here: Here, party: RelyingParty, form: dict[str, str]) -> tuple[int, dict[str, str]]:
    named = base64.b64encode(f"{party.client_id}:{party.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {named}", "Content-Type": FORM}
    with here.hub.ask("POST", "/oidc/token", urlencode(form), headers) as response:
        return response.status, json.loads(response.read())


def _leaving(page: Visit) -> Form:
    return next(form for form in page.forms if form.action.endswith("/logout"))
