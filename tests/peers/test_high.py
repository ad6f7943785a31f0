"""The profile high, judged by npm oauth4webapi: pushed, signed, bound, renewed, revoked."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.peers.authority import Authority
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.parts import NODE_FOLDER, node_module, program
from tests.peers.region import ANN
from tests.peers.sites import site
from tests.peers.walker import Walker, sign_in

BACK = "https://party.test/back"
KEY = ECKey.generate_key("P-256", auto_kid=True)
SERVICE = f"""
[service.party]
title = "Party"
minimum = "simple"
claims = ["given_name", "family_name", "email"]
frontend = "oidc"
[service.party.oidc]
client_id = "party"
redirect_uris = ["{BACK}"]
token_endpoint_auth_method = "private_key_jwt"
profile = "high"
id_token_signed_response_alg = "ES256"
refresh_tokens = true
dpop_nonce = true
[[service.party.oidc.jwks.keys]]
"""


@pytest.fixture(scope="module")
def hub(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    node_module("oauth4webapi")
    folder: Path = tmp_path_factory.mktemp("high")
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    public = "".join(f'{name} = "{said}"\n' for name, said in KEY.as_dict(private=False).items())
    text = configuration(hub.site, f"sqlite:///{folder}/hub.db", [], Carriers())
    set_up(hub, text + SERVICE + public, [], ANN.described())
    with served(hub):
        yield hub


def test_a_client_of_the_highest_profile_goes_the_whole_way(hub: HubProcess) -> None:
    begun = _party(hub, "begin")
    assert "request_uri=urn" in begun["address"]
    done = _party(hub, "finish", callback=_signed_in(hub, begun["address"]), **begun)
    assert done["type"].lower() == "dpop"
    assert done["claims"]["acr"] == "urn:hub:acr:simple"
    assert done["told"]["family_name"] == ANN.family_name
    assert done["again"]["sub"] == done["told"]["sub"] == done["claims"]["sub"]
    assert done["refused"] != "served"


def test_whoever_holds_another_key_gets_nothing_for_the_code(hub: HubProcess) -> None:
    begun, other = _party(hub, "begin"), _party(hub, "begin")
    back = _signed_in(hub, begun["address"])
    stolen = {**begun, "pair": other["pair"]}
    with pytest.raises(AssertionError, match=r"invalid_grant|invalid_dpop_proof"):
        _party(hub, "finish", callback=back, **stolen)


def _signed_in(hub: HubProcess, address: str) -> str:
    """Where the browser is sent in the end."""
    walker = Walker(str(hub.root), within=hub.issuer)
    left = sign_in(walker, walker.open(address), ANN.login, ANN.password).address
    assert left.startswith(f"{BACK}?code="), left
    return left


def _party(hub: HubProcess, step: str, **known: Any) -> dict[str, Any]:
    private = dict(KEY.as_dict(private=True))
    said = {"issuer": hub.issuer, "client_id": "party", "redirect_uri": BACK, "key": private}
    done = subprocess.run(
        [program("node"), str(NODE_FOLDER / "high_party.mjs"), step],
        input=json.dumps({**said, **known}),
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(hub.root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answered: dict[str, Any] = json.loads(done.stdout)
    return answered
