"""How many SQL statements a request costs, counted by PostgreSQL itself."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.database import Cluster
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.region import ANN
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import site
from tests.peers.walker import Walker, sign_in

pytestmark = pytest.mark.postgres

DATABASE = "statements"
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
_LOGGED = re.compile(rf"^{DATABASE}:LOG:  (?:statement|execute [^:]+): (.*)", re.MULTILINE)
# A connection introduces itself, and is asked with an empty statement whether it still lives;
# a transaction has brackets.
_NOT_OURS = re.compile(
    r";|BEGIN|COMMIT|ROLLBACK|SET |SHOW |SELECT pg_catalog|SELECT current_s", re.I
)
_LIMITS = {"authorize": 8, "token": 8, "userinfo": 3, "jwks": 0}
_PAGES = (
    "/services",
    "/services?tab=all",
    "/services/manage",
    "/services/level",
    "/notices",
    "/account",
    "/account/sessions",
    "/account/history",
    "/account/privacy",
    "/account/notifications",
    "/account/referents",
    "/apps/directory/",
    "/apps/directory/?who=martin",
    "/apps/directory/favourites",
)
_MOST = 10
_LARGEST = 100_000


@value
class Counted:
    """One hub without its worker: whatever reaches the database is a request's."""

    hub: HubProcess
    party: RelyingParty
    cluster: Cluster
    walker: Walker

    def statements(self, ask: Callable[[], str]) -> tuple[str, tuple[str, ...]]:
        before = self.cluster.log.stat().st_size
        answer = ask()
        with self.cluster.log.open(encoding="utf-8") as written:
            written.seek(before)
            every = _LOGGED.findall(written.read())
        return answer, tuple(each for each in every if not _NOT_OURS.match(each))


@pytest.fixture(scope="module")
def here(
    authority: Authority, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counted]:
    folder = tmp_path_factory.mktemp("statements")
    party = relying_party("emage", site(authority, "emage.test"))
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    carriers = Carriers(plugins=("directory",))
    text = configuration(hub.site, postgres.create(DATABASE), [party], carriers)
    set_up(hub, text, [party], ANN.described())
    with served(hub, "--no-worker", "--workers", "1"):
        walker = Walker(str(authority.root), within=hub.issuer)
        yield Counted(hub=hub, party=party, cluster=postgres, walker=walker)


def test_each_request_keeps_to_its_share_of_statements(here: Counted) -> None:
    page = here.walker.open(_authorize(here))
    sign_in(here.walker, page, ANN.login, ANN.password)
    _flow(here)
    # Once a second whichever request comes next also asks whether services were changed.
    flows = [_flow(here) for _ in range(3)]
    counted = {name: min((flow[name] for flow in flows), key=len) for name in _LIMITS}
    assert counted["authorize"] and counted["token"] and counted["userinfo"]
    too_many = {name: ran for name, ran in counted.items() if len(ran) > _LIMITS[name]}
    assert not too_many


def test_each_page_of_somebody_signed_in_keeps_to_its_share(here: Counted) -> None:
    page = here.walker.open(f"{here.hub.issuer}/services")
    sign_in(here.walker, page, ANN.login, ANN.password)
    dear: dict[str, int] = {}
    for path in _PAGES:
        text, ran = here.statements(partial(_read, here, path))
        assert ran and len(text.encode()) < _LARGEST, path
        if len(ran) > _MOST:
            dear[path] = len(ran)
    assert not dear


def _read(here: Counted, path: str) -> str:
    page = here.walker.open(f"{here.hub.issuer}{path}")
    assert (page.status, page.address) == (200, f"{here.hub.issuer}{path}"), page.address
    return page.text


def _flow(here: Counted) -> dict[str, tuple[str, ...]]:
    address, authorize = here.statements(lambda: here.walker.open(_authorize(here)).address)
    (code,) = parse_qs(urlsplit(address).query)["code"]
    answer, token = here.statements(lambda: _redeem(here, code))
    bearer = {"Authorization": f"Bearer {json.loads(answer)['access_token']}"}
    _, userinfo = here.statements(lambda: _asked(here, "GET", "/oidc/userinfo", "", bearer))
    _, jwks = here.statements(lambda: _asked(here, "GET", "/oidc/jwks", "", {}))
    return {"authorize": authorize, "token": token, "userinfo": userinfo, "jwks": jwks}


def _authorize(here: Counted) -> str:
    query = {
        "client_id": here.party.client_id,
        "redirect_uri": here.party.redirect_uri,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "the-state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{here.hub.issuer}/oidc/authorize?{urlencode(query)}"


def _redeem(here: Counted, code: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": here.party.redirect_uri,
        "code_verifier": VERIFIER,
    }
    named = base64.b64encode(f"{here.party.client_id}:{here.party.secret}".encode()).decode()
    kind = "application/x-www-form-urlencoded"
    headers = {"Authorization": f"Basic {named}", "Content-Type": kind}
    return _asked(here, "POST", "/oidc/token", urlencode(form), headers)


def _asked(here: Counted, verb: str, path: str, body: str, headers: dict[str, str]) -> str:
    with here.hub.ask(verb, path, body, headers) as response:
        text = response.read().decode()
        assert response.status == 200, text
    return text
