"""Plan `oidcc-backchannel-rp-initiated-logout-certification-test-plan`."""

from collections.abc import Callable
from typing import Any

from tests.conformance.site import LEFT
from tests.conformance.suite import Suite

EVENT = "http://schemas.openid.net/event/backchannel-logout"


def test_oidcc_backchannel_logout_discovery_endpoint_verification(suite: Suite) -> None:
    assert suite.known["backchannel_logout_supported"] is True
    assert suite.known["backchannel_logout_session_supported"] is True
    assert suite.known["end_session_endpoint"].startswith("https://")


def test_oidcc_backchannel_rp_initiated_logout(suite: Suite) -> None:
    signed_in = suite.tokens()
    claims = suite.verified(signed_in["id_token"]).claims
    leave(suite, signed_in["id_token"])
    notice = _notice(suite, claims["sid"])
    token = suite.signed(notice["logout_token"])
    assert (token.header["alg"], token.header["typ"]) == ("RS256", "logout+jwt")
    said, now = token.claims, suite.target.now
    assert (said["iss"], said["aud"]) == (suite.target.issuer, suite.client)
    assert said["iat"] <= now < said["exp"] <= said["iat"] + 120
    assert said["sub"] == claims["sub"] and said["jti"]
    assert said["events"] == {EVENT: {}} and "nonce" not in said
    assert set(notice) == {"logout_token"}
    refresh = signed_in["refresh_token"]
    again = suite.token(grant_type="refresh_token", refresh_token=refresh)
    assert again.json()["error"] == "invalid_grant"


def test_a_service_without_an_address_and_a_session_of_another_hear_nothing(
    opened: Callable[..., Suite],
) -> None:
    leaves, stays, deaf = opened(), opened(), opened("second")
    mine, theirs = leaves.tokens(), stays.claims()["sid"]
    silent = deaf.tokens()
    # What is owed to sessions of other tests, expired since, is said first.
    for _ in range(2):
        leaves.target.running.turn()
    before = len(leaves.target.site.notices)
    leave(deaf, silent["id_token"])
    leave(leaves, mine["id_token"])
    new = leaves.target.site.notices[before:]
    heard = [leaves.signed(each["logout_token"]).claims["sid"] for each in new]
    assert heard == [leaves.verified(mine["id_token"]).claims["sid"]]
    assert theirs not in heard
    assert stays.told(stays.ask(prompt="none"))["code"]


def leave(suite: Suite, hint: str) -> None:
    address = f"{suite.known['end_session_endpoint']}?id_token_hint={hint}"
    page = suite.browser.open(f"{address}&post_logout_redirect_uri={suite.target.origin}{LEFT}")
    assert page.status == 200
    suite.target.running.turn()


def _notice(suite: Suite, sid: str) -> Any:
    for each in suite.target.site.notices:
        if suite.signed(each["logout_token"]).claims["sid"] == sid:
            return each
    raise AssertionError("no notice came")
