from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.testing.people import ANN
from hub_frontends.oidc.grant_types import CLIENT, DEVICE, TICKET
from tests.frontends.oidc.party import SECRET, Party, basic
from tests.frontends.oidc.test_token_endpoint import HOSTILE_BODIES

GRANTS = {"device_grant": True, "mobile_grant": True, "client_credentials": True}
SIGNS = ["", "a\0b", "é\U0001f600", "x" * 9000, "%", "../..", "' or 1=1 --", "\r\nX: y", "[]", "-1"]


@pytest.fixture
def party(keys: Path) -> Iterator[Party]:
    party = Party(keys, **GRANTS)
    party.toolbox.people.create(ANN)
    yield party
    party.close()


@pytest.mark.parametrize(("kind", "body"), HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
@pytest.mark.parametrize(
    "path", ["introspect", "device_authorization", "ticket", "device", "associate"]
)
def test_no_body_however_odd_breaks_the_hub(
    party: Party, path: str, kind: str, body: bytes
) -> None:
    headers = {**basic("mail", SECRET), "Content-Type": kind}
    answer = party.machine.post(f"/oidc/{path}", data=body, headers=headers)
    assert 200 <= answer.status_code < 500
    assert "\n" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("sign", SIGNS, ids=range(len(SIGNS)))
def test_no_parameter_however_odd_breaks_the_hub_or_opens_it(party: Party, sign: str) -> None:
    forms = [
        ("introspect", {"token": sign}),
        ("device_authorization", {"scope": sign or "x"}),
        ("ticket", {"ticket": sign, "code_challenge": sign, "code_challenge_method": "S256"}),
        ("token", {"grant_type": DEVICE, "device_code": sign}),
        ("token", {"grant_type": TICKET, "code": sign, "code_verifier": sign}),
        ("token", {"grant_type": CLIENT, "scope": sign, "resource": sign or "x"}),
    ]
    for path, form in forms:
        answer = party.post(f"/oidc/{path}", **form)
        dead = path == "introspect" and answer.get_json() == {"active": False}
        assert dead or (answer.status_code == 400 and answer.get_json()["error"]), (path, form)
    for path in ("device", "associate"):
        led = party.browser.get(f"/oidc/{path}", query_string={"user_code": sign, "wish": sign})
        assert led.status_code < 500 and "\n" not in led.headers.get("Location", "")
