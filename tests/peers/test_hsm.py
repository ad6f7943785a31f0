"""Tokens signed by keys that never leave SoftHSM2, verified with nothing but the published set."""

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from hub.contract.values import value
from hub_frontends.oidc.keys_material import JWS
from tests.peers.authority import Authority
from tests.peers.hub_process import HUB, Carriers, HubProcess, configuration, served, set_up
from tests.peers.region import ANN
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import site
from tests.peers.softhsm import SoftHsm, pin_file, softhsm, table
from tests.peers.walker import Walker, sign_in

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
VERIFIER = "a-verifier-of-at-least-forty-three-characters-in-all"
S256 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@value
class Here:
    """A hub of two processes whose keys are in a token; each service wants another algorithm."""

    hub: HubProcess
    parties: dict[str, RelyingParty]
    token: SoftHsm
    walker: Walker

    def code(self, alg: str) -> str:
        party = self.parties[alg]
        asked = {
            "client_id": party.client_id,
            "redirect_uri": party.redirect_uri,
            "response_type": "code",
            "scope": "openid",
            "code_challenge": S256,
            "code_challenge_method": "S256",
        }
        visit = self.walker.open(f"{self.hub.issuer}/oidc/authorize?{urlencode(asked)}")
        arrived = sign_in(self.walker, visit, ANN.login, ANN.password)
        return parse_qs(urlsplit(arrived.address).query)["code"][0]

    def redeemed(self, alg: str, code: str) -> tuple[int, dict[str, Any]]:
        party = self.parties[alg]
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
        named = base64.b64encode(f"{party.client_id}:{party.secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {named}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({**form, "redirect_uri": party.redirect_uri})
        with self.hub.ask("POST", "/oidc/token", body, headers) as response:
            return response.status, json.loads(response.read())

    def id_token(self, alg: str) -> jws.CompactSignature:
        """Verified with the published set, as a service does."""
        status, answer = self.redeemed(alg, self.code(alg))
        assert status == 200, answer
        return self.verified(answer["id_token"])

    def verified(self, text: str) -> jws.CompactSignature:
        published: Any = self.hub.document("/oidc/jwks")
        return jws.deserialize_compact(text, KeySet.import_key_set(published), registry=JWS)


@contextmanager
def settled(authority: Authority, token: SoftHsm, folder: Path) -> Iterator[Here]:
    parties = {
        a: relying_party(a.lower(), site(authority, f"{a.lower()}.test")) for a in ALGORITHMS
    }
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    token.token(folder.name)
    carried = Carriers(tables=table(folder.name, pin_file(folder)))
    database = f"sqlite:///{folder}/hub.db"
    text = configuration(hub.site, database, list(parties.values()), carried)
    wanted = iter(ALGORITHMS)
    text = re.sub(
        "(?m)^token_endpoint_auth_method.*$",
        lambda line: f'{line[0]}\nid_token_signed_response_alg = "{next(wanted)}"',
        text,
    )
    set_up(hub, text, list(parties.values()), ANN.described())
    walker = Walker(str(authority.root), within=hub.issuer)
    with served(hub):
        yield Here(hub=hub, parties=parties, token=token, walker=walker)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    with softhsm(tmp_path_factory.mktemp("softhsm")) as made:
        yield made


@pytest.fixture(scope="module")
def here(
    authority: Authority, token: SoftHsm, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Here]:
    with settled(authority, token, tmp_path_factory.mktemp("signed")) as started:
        yield started


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_service_verifies_what_the_token_signed(here: Here, alg: str) -> None:
    read = here.id_token(alg)
    assert read.headers()["alg"] == alg
    assert json.loads(read.payload or b"")["iss"] == here.hub.issuer


def test_no_private_key_is_in_the_folder_or_the_set(here: Here) -> None:
    here.id_token("ES256")
    assert list(here.hub.folder.rglob("*.pem")) == []
    published: Any = here.hub.document("/oidc/jwks")
    assert {key["alg"] for key in published["keys"]} == set(ALGORITHMS)
    assert not {"d", "p", "q"} & {name for key in published["keys"] for name in key}


def test_many_threads_of_two_processes_sign_at_once(here: Here) -> None:
    codes = [(alg, here.code(alg)) for alg in ALGORITHMS * 6]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda each: here.redeemed(*each), codes))
    assert [status for status, _ in answers] == [200] * len(codes)
    for (alg, _), (_, answer) in zip(codes, answers, strict=True):
        assert here.verified(answer["id_token"]).headers()["alg"] == alg


def test_a_rotation_is_noticed_without_a_restart(here: Here) -> None:
    before = here.id_token("ES256").headers()["kid"]
    told = here.hub.command("rotate-keys", "--now")
    assert "ES256" in told
    end = monotonic() + 30
    while here.id_token("ES256").headers()["kid"] == before:
        assert monotonic() < end
    published: Any = here.hub.document("/oidc/jwks")
    assert before in {key["kid"] for key in published["keys"]}


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        ("pin", "1111", "the token refuses the PIN"),
        ("token", "another", "there is no token of this label"),
        ("module", "/nowhere.so", "the token or its module fails"),
    ],
)
def test_a_check_says_what_is_wrong_with_the_token(
    here: Here, tmp_path: Path, line: str, wrong: str, said: str
) -> None:
    text = (here.hub.folder / "hub.toml").read_text(encoding="utf-8")
    if line == "pin":
        line, wrong = "pin_file", str(pin_file(tmp_path, wrong))
    changed = re.sub(f'(?m)^{line} = ".*"$', f'{line} = "{wrong}"', text)
    beside = here.hub.folder / "changed.toml"
    beside.write_text(changed, encoding="utf-8")
    argv = [*HUB, "check", "--config", str(beside)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "plugin.oidc.hsm" in done.stderr and said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_without_its_token_the_hub_says_so_and_serves_the_rest(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("unplugged")
    with (
        softhsm(tmp_path_factory.mktemp("pulled")) as token,
        settled(authority, token, folder) as here,
    ):
        here.id_token("RS256")
        code = here.code("RS256")
        token.pull()
        status, answer = here.redeemed("RS256", code)
        assert (status, answer["error"]) == (503, "temporarily_unavailable")
        published: Any = here.hub.document("/oidc/jwks")
        assert {key["alg"] for key in published["keys"]} == set(ALGORITHMS)
