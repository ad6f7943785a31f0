"""Plan `oidcc-3rdparty-init-login-certification-test-plan`: the hub begins the sign-in."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conformance.joined import JoinedSuite


def test_oidcc_3rd_party_init_login(joined: JoinedSuite) -> None:
    begin = f"{joined.target.origin}/begin"
    joined.join(initiate_login_uri=begin)
    assert joined.code()
    page = joined.browser.open(f"{joined.target.issuer}/open/{joined.client}")
    assert page.address.startswith(f"{begin}?")
    sent = parse_qs(urlsplit(page.address).query)
    assert sent["iss"] == [joined.target.issuer]
    assert set(sent) <= {"iss", "login_hint", "target_link_uri"}
    assert joined.told(joined.ask(prompt="none"))["code"]


@pytest.mark.parametrize(
    "address", ["http://party.test/begin", "javascript:alert(1)", "/begin", "https://party.test/#x"]
)
def test_oidcc_3rd_party_init_login_nohttps(joined: JoinedSuite, address: str) -> None:
    assert joined.refusal(initiate_login_uri=address) == "invalid_client_metadata"
    assert joined.join(initiate_login_uri="https://party.test/begin")["initiate_login_uri"]
