"""Plan `oidcc-client-back-channel-logout-rp-basic`: what the provider posts when somebody left."""

from pathlib import Path
from typing import Any

import pytest

from tests.backends.oidc_provider.provider import CLIENT, ISSUER
from tests.backends.oidc_provider.region import NAME, Region
from tests.federation.visits import HUB

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def region(tmp_path: Path) -> Region:
    region = Region(tmp_path)
    region.provider.claims = {"sid": "there-7"}
    region.sign_in()
    assert region.inside
    return region


def logout_token(region: Region, changes: dict[str, Any] | None = None, **header: Any) -> str:
    now = int(region.hub.clock().timestamp())
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sid": "there-7",
        "iat": now,
        "exp": now + 60,
        "jti": "one",
        "events": {EVENT: {}},
        **(changes or {}),
    }
    kept = {name: each for name, each in claims.items() if each is not None}
    return region.provider.signed(kept, typ="logout+jwt", **header)


def told(region: Region, token: str) -> int:
    answer = region.machine().post(f"{HUB}/{NAME}/backchannel-logout", data={"logout_token": token})
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code


def ignored(region: Region, token: str) -> bool:
    return told(region, token) == 400 and region.inside


def test_oidcc_client_test_rp_backchannel_rpinitlogout(region: Region) -> None:
    assert told(region, logout_token(region)) == 200
    assert not region.inside


def test_oidcc_client_test_rp_backchannel_rpinitlogout_alg_none(region: Region) -> None:
    claims = logout_token(region).split(".")[1]
    assert ignored(region, f"eyJhbGciOiJub25lIn0.{claims}.")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_no_event(region: Region) -> None:
    assert ignored(region, logout_token(region, {"events": None}))


def test_oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce(region: Region) -> None:
    assert ignored(region, logout_token(region, {"nonce": "n"}))


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg(region: Region) -> None:
    assert ignored(region, logout_token(region, alg="PS256"))


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud(region: Region) -> None:
    assert ignored(region, logout_token(region, {"aud": "another"}))


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event(region: Region) -> None:
    assert ignored(region, logout_token(region, {"events": {f"{EVENT}s": {}}}))


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss(region: Region) -> None:
    assert ignored(region, logout_token(region, {"iss": "https://provider.test/1"}))


def test_somebody_else_of_the_same_provider_stays_in(region: Region) -> None:
    assert told(region, logout_token(region, {"sid": "there-8"})) == 200
    assert region.inside
