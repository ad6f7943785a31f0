"""Plan `oidcc-dynamic-certification-test-plan`: every client registers itself."""

import json
import secrets
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from tests.conformance import test_config
from tests.conformance.joined import JoinedSuite
from tests.conformance.site import NOTICE
from tests.conformance.suite import DISCOVERY, bearer
from tests.conformance.test_backchannel import leave
from tests.test_pictures import png


def test_oidcc_discovery_endpoint_verification(joined: JoinedSuite) -> None:
    test_config.test_oidcc_discovery_endpoint_verification(joined)
    assert joined.known["registration_endpoint"].startswith("https://")
    assert joined.http.get(f"{joined.target.issuer}{DISCOVERY}").status_code == 200


def test_oidcc_server(joined: JoinedSuite) -> None:
    known = joined.join()
    assert known["token_endpoint_auth_method"] == "private_key_jwt"
    assert "client_secret" not in known
    assert joined.claims(nonce="a nonce")["nonce"] == "a nonce"
    joined.key = RSAKey.generate_key(2048, auto_kid=True)
    refused = joined.redeem(joined.code())
    assert refused.status_code == 401 and refused.json()["error"] == "invalid_client"


def test_oidcc_idtoken_rs256(joined: JoinedSuite) -> None:
    joined.join(id_token_signed_response_alg="RS256")
    assert joined.verified(joined.tokens()["id_token"]).header["alg"] == "RS256"
    joined.join(id_token_signed_response_alg="ES256")
    assert joined.verified(joined.tokens()["id_token"]).header["alg"] == "ES256"


def test_oidcc_idtoken_unsigned(joined: JoinedSuite) -> None:
    assert "none" not in joined.known["id_token_signing_alg_values_supported"]
    assert joined.refusal(id_token_signed_response_alg="none") == "invalid_client_metadata"


def test_oidcc_userinfo_rs256(joined: JoinedSuite) -> None:
    joined.join(userinfo_signed_response_alg="RS256")
    tokens = joined.tokens(scope="openid profile")
    address = joined.known["userinfo_endpoint"]
    answer = joined.http.get(address, headers=bearer(tokens["access_token"]))
    assert answer.headers["Content-Type"].startswith("application/jwt")
    token = joined.signed(answer.text)
    assert token.header["alg"] == "RS256"
    assert (token.claims["iss"], token.claims["aud"]) == (joined.target.issuer, joined.client)
    assert token.claims["sub"] == joined.verified(tokens["id_token"]).claims["sub"]
    assert token.claims["given_name"] == "Ann"
    assert joined.refusal(userinfo_signed_response_alg="none") == "invalid_client_metadata"


def test_oidcc_ensure_redirect_uri_in_authorization_request(joined: JoinedSuite) -> None:
    # The suite names two hosts here, and no subject type: nobody asked for a sector.
    joined.join(redirect_uris=[joined.callback, "https://example.org/redirect"])
    page = joined.ask(redirect_uri=None)
    assert joined.at_the_hub(page) and page.status == 400
    assert joined.code()


def test_oidcc_redirect_uri_query_ok(joined: JoinedSuite) -> None:
    address = f"{joined.callback}?foo=bar"
    joined.join(redirect_uris=[address])
    page = joined.typed(joined.ask(redirect_uri=address))
    assert page.address.startswith(f"{address}&")
    came = json.loads(page.text)["query"]
    assert came["foo"] == ["bar"] and came["code"]


def test_oidcc_redirect_uri_query_mismatch(joined: JoinedSuite) -> None:
    joined.join(redirect_uris=[f"{joined.callback}?foo=bar"])
    for address in (f"{joined.callback}?foo=baz", joined.callback, f"{joined.callback}?foo=bar&x"):
        page = joined.ask(redirect_uri=address)
        assert joined.at_the_hub(page) and page.status == 400


def test_oidcc_redirect_uri_query_added(joined: JoinedSuite) -> None:
    joined.join()
    page = joined.ask(redirect_uri=f"{joined.callback}?foo=bar")
    assert joined.at_the_hub(page) and page.status == 400


@pytest.mark.parametrize(
    "address",
    ["#fragment", "https://*.evil.test/", "javascript:alert(1)", "data:,x", "http://evil.test/"],
)
def test_oidcc_redirect_uri_regfrag(joined: JoinedSuite, address: str) -> None:
    uri = joined.callback + address if address.startswith("#") else address
    assert joined.refusal(redirect_uris=[joined.callback, uri]) == "invalid_redirect_uri"


def _shown(joined: JoinedSuite, name: str) -> None:
    address = f"{joined.target.origin}/{name}"
    assert joined.join(**{name: address})[name] == address
    assert joined.asks_password(joined.ask())
    for wrong in (f"http://evil.test/{name}", "javascript:alert(1)"):
        assert joined.refusal(**{name: wrong}) == "invalid_client_metadata"


def test_oidcc_registration_logo_uri(joined: JoinedSuite) -> None:
    # RFC 7591 2: it must lead to an image.
    joined.target.site.documents["/logo_uri"] = png()
    _shown(joined, "logo_uri")
    wrong = f"{joined.target.origin}/none"
    assert joined.refusal(logo_uri=wrong) == "invalid_client_metadata"


def test_oidcc_registration_policy_uri(joined: JoinedSuite) -> None:
    _shown(joined, "policy_uri")


def test_oidcc_registration_tos_uri(joined: JoinedSuite) -> None:
    _shown(joined, "tos_uri")


def test_oidcc_registration_jwks_uri(joined: JoinedSuite) -> None:
    joined.join(jwks=None, jwks_uri=_published(joined))
    assert joined.claims()["sub"]
    both = joined.refusal(jwks_uri=_published(joined))
    secret = dict(joined.key.as_dict(private=True))
    assert both == joined.refusal(jwks={"keys": [secret]}) == "invalid_client_metadata"


def test_oidcc_registration_sector_uri(joined: JoinedSuite) -> None:
    elsewhere = "https://other.test/callback"
    sector = _document(joined, [joined.callback, elsewhere])
    joined.join(redirect_uris=[joined.callback, elsewhere], sector_identifier_uri=sector)
    first = joined.claims()["sub"]
    joined.join(sector_identifier_uri=sector)
    assert joined.claims()["sub"] == first
    two = {"redirect_uris": [joined.callback, elsewhere]}
    several = joined.refusal(subject_type="pairwise", **two)
    assert several == "invalid_client_metadata"


def test_oidcc_registration_sector_bad(joined: JoinedSuite) -> None:
    # At one address, moments after a good one was read there: as the suite has it.
    sector = _document(joined, [joined.callback])
    joined.join(sector_identifier_uri=sector)
    documents: list[Any] = [[f"{joined.callback}/else"], [], {}, "text", [[joined.callback]]]
    for document in documents:
        joined.target.site.documents[sector.removeprefix(joined.target.origin)] = document
        assert joined.refusal(sector_identifier_uri=sector) == "invalid_client_metadata"
    for unreachable in ("https://127.0.0.1:1/", "http://evil.test/", "https://169.254.169.254/"):
        assert joined.refusal(sector_identifier_uri=unreachable) == "invalid_client_metadata"


def test_oidcc_server_rotate_keys(joined: JoinedSuite) -> None:
    joined.join()
    before = joined.tokens()["id_token"]
    _rotate(joined)
    after = joined.tokens()["id_token"]
    old, new = joined.signed(before), joined.signed(after)
    assert old.header["kid"] != new.header["kid"]
    left = joined.http.get(joined.known["end_session_endpoint"], params={"id_token_hint": before})
    assert left.status_code in (200, 303)


def test_oidcc_refresh_token_rp_key_rotation(joined: JoinedSuite) -> None:
    keys = _published(joined)
    joined.join(jwks=None, jwks_uri=keys)
    refresh = joined.tokens()["refresh_token"]
    joined.key = RSAKey.generate_key(2048, auto_kid=True)
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    joined.target.clock.later(seconds=61)
    assert joined.token(**form).status_code == 401, "the new key is not published yet"
    joined.target.site.documents[keys.removeprefix(joined.target.origin)] = {
        "keys": [joined.public()]
    }
    joined.target.clock.later(seconds=61)
    answer = joined.token(**form)
    assert answer.status_code == 200, answer.text


def test_oidcc_request_uri_unsigned(joined: JoinedSuite) -> None:
    joined.join()
    address = _document(joined, "eyJhbGciOiJub25lIn0.e30.")
    assert joined.known["request_uri_parameter_supported"] is False
    assert joined.error(request_uri=address) == "request_uri_not_supported"
    assert address.removeprefix(joined.target.origin) not in joined.target.site.asked


def test_oidcc_request_uri_signed_rs256(joined: JoinedSuite) -> None:
    """By reference it is never fetched; the same object by value is followed."""
    joined.join(request_object_signing_alg="RS256")
    signed = _request_object(joined, state="inner")
    address = _document(joined, signed)
    assert joined.error(request_uri=address) == "request_uri_not_supported"
    assert address.removeprefix(joined.target.origin) not in joined.target.site.asked
    page = joined.browser.open(joined.plain(client_id=joined.client, request=signed))
    assert joined.told(joined.typed(page))["state"] == "inner"
    forged = _request_object(joined, state="inner")[:-8] + "AAAAAAAA"
    assert joined.error(request=forged) == "invalid_request_object"
    # RFC 8725 3.11: what the client signs to say who it is was no request.
    assert joined.error(request=joined.assertion()) == "invalid_request_object"


def test_oidcc_ensure_request_object_with_redirect_uri(joined: JoinedSuite) -> None:
    joined.join()
    inner = _request_object(joined, redirect_uri="https://evil.test/callback")
    page = joined.ask(request=inner)
    assert joined.at_the_hub(page) and page.status == 400
    right = joined.ask(request=_request_object(joined), redirect_uri=None)
    assert joined.told(joined.typed(right))["code"]


def test_oidcc_refresh_token(joined: JoinedSuite) -> None:
    # The suite says no scope when it registers, and asks for this one twice.
    joined.join(scope=None)
    asked = "openid offline_access"
    tokens = joined.tokens(scope=asked)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    form["scope"] = asked
    again = joined.token(**form).json()
    assert joined.verified(again["id_token"]).claims["sub"]
    joined.join(grant_types=["authorization_code"])
    assert "refresh_token" not in joined.tokens()
    assert joined.token(**form).status_code == 400


def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(joined: JoinedSuite) -> None:
    joined.join()
    right = joined.assertion(aud=joined.target.issuer)
    assert joined.redeem(joined.code(), client_assertion=right).status_code == 200
    for audience in ("https://other.test", [joined.target.issuer, "https://other.test"]):
        wrong = joined.assertion(aud=audience)
        refused = joined.redeem(joined.code(), client_assertion=wrong)
        assert refused.status_code == 401 and refused.json()["error"] == "invalid_client"


def test_a_registration_is_its_own_and_nobody_else_s(joined: JoinedSuite) -> None:
    known = dict(joined.join())
    assert joined.managed("GET").json()["client_name"] == "Conformance"
    tokens = joined.tokens()
    stranger = {**known, "registration_access_token": "nothing we gave"}
    joined.registered = stranger
    assert joined.managed("GET").status_code == 401
    assert joined.managed("DELETE").status_code == 401
    joined.registered = known
    joined.join()
    other = joined.registered["registration_access_token"]
    joined.registered = {**known, "registration_access_token": other}
    assert joined.managed("GET").status_code == 401
    joined.registered = known
    assert joined.managed("DELETE").status_code == 204
    assert joined.refused(tokens["access_token"])
    assert joined.managed("GET").status_code == 401


def test_a_machine_inside_hears_nothing_because_a_stranger_named_it(joined: JoinedSuite) -> None:
    site = joined.target.site
    # The operator lets 127.0.0.1 be asked, and no other name of this machine.
    inside = joined.target.origin.replace("127.0.0.1", "localhost")
    for origin, heard in ((joined.target.origin, True), (inside, False)):
        joined.join(backchannel_logout_uri=f"{origin}{NOTICE}")
        tokens, before = joined.tokens(), len(site.notices)
        leave(joined, tokens["id_token"])
        assert bool(site.notices[before:]) is heard


def _document(joined: JoinedSuite, document: Any) -> str:
    """Where the suite publishes it."""
    path = f"/documents/{secrets.token_urlsafe(8)}"
    joined.target.site.documents[path] = document
    return f"{joined.target.origin}{path}"


def _published(joined: JoinedSuite) -> str:
    return _document(joined, {"keys": [joined.public()]})


def _request_object(joined: JoinedSuite, **changed: Any) -> str:
    now = joined.target.now
    about = {"iss": joined.client, "aud": joined.target.issuer, "nbf": now, "exp": now + 60}
    return joined.signing({**joined.request(), **about, **changed}, "oauth-authz-req+jwt")


def _rotate(joined: JoinedSuite) -> None:
    command = joined.target.running.app.equipped.commands["rotate-keys"]
    assert command.run(["--now"]) == 0
    joined.target.clock.later(seconds=2)
