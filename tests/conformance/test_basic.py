"""Plans `oidcc-basic-certification-test-plan` and `oidcc-formpost-basic-certification-test-plan`.

The second is the first with answers by POST: every module is played in both response modes."""

import json
from collections.abc import Callable

import pytest

from tests.conformance.suite import Suite, bearer, half_hash
from tests.conformance.target import ANN
from tests.flows.browser import Page

MODES = ("query", "form_post")
SIMPLE, STRONG = "urn:hub:acr:simple", "urn:hub:acr:strong"
STANDARD = {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"}


@pytest.fixture(params=MODES)
def suite(request: pytest.FixtureRequest, opened: Callable[..., Suite]) -> Suite:
    return opened(mode=request.param)


@pytest.fixture(params=MODES)
def posting(request: pytest.FixtureRequest, opened: Callable[..., Suite]) -> Suite:
    """Sends its secret in the form."""
    return opened("post", request.param)


def test_oidcc_server(suite: Suite) -> None:
    asked = suite.request(nonce="a nonce", state="a state")
    told = suite.signed_in(**asked)
    assert told["state"] == "a state"
    tokens = suite.redeem(told["code"]).json()
    claims = suite.verified(tokens["id_token"]).claims
    assert claims["nonce"] == "a nonce"
    assert claims["at_hash"] == half_hash(tokens["access_token"])
    # Core 2 lets a provider add claims: ours says how each factor was proved.
    assert set(claims) <= STANDARD | {"proofs"}
    other = suite.redeem(suite.code(), redirect_uri=f"{suite.callback}/")
    assert other.status_code == 400 and other.json()["error"] == "invalid_grant"


def test_oidcc_response_type_missing(suite: Suite) -> None:
    assert suite.error(response_type=None) in ("invalid_request", "unsupported_response_type")
    assert suite.error(response_type="token") == "unsupported_response_type"
    assert suite.error(response_type="code id_token") == "unsupported_response_type"


def test_oidcc_idtoken_signature(suite: Suite) -> None:
    tokens = suite.tokens()
    assert suite.verified(tokens["id_token"]).header["alg"] == "RS256"
    head, body, signature = tokens["id_token"].split(".")
    forged = ".".join((head, body, signature[:-4] + "AAAA"))
    with pytest.raises(Exception, match="bad_signature"):
        suite.verified(forged)


def test_oidcc_idtoken_unsigned(suite: Suite) -> None:
    for name, algorithms in suite.known.items():
        if name.endswith("alg_values_supported"):
            assert "none" not in algorithms
    assert suite.verified(suite.tokens()["id_token"]).header["alg"] != "none"


def test_oidcc_userinfo_get(suite: Suite) -> None:
    tokens = suite.tokens()
    told = suite.userinfo(tokens["access_token"])
    assert told["sub"] == suite.verified(tokens["id_token"]).claims["sub"]
    assert suite.refused("nothing we gave")
    alone = suite.http.get(suite.known["userinfo_endpoint"])
    assert alone.status_code == 401 and "error" not in alone.headers["WWW-Authenticate"]


def test_oidcc_userinfo_post_header(suite: Suite) -> None:
    tokens = suite.tokens()
    address, access = suite.known["userinfo_endpoint"], tokens["access_token"]
    told = suite.http.post(address, headers=bearer(access, "bearer")).json()
    assert told["sub"] == suite.verified(tokens["id_token"]).claims["sub"]
    assert suite.http.post(address, headers=bearer("nothing we gave")).status_code == 401


def test_oidcc_userinfo_post_body(suite: Suite) -> None:
    tokens = suite.tokens()
    address, access = suite.known["userinfo_endpoint"], tokens["access_token"]
    told = suite.http.post(address, data={"access_token": access}).json()
    assert told["sub"] == suite.verified(tokens["id_token"]).claims["sub"]
    in_address = suite.http.get(address, params={"access_token": access})
    both = suite.http.post(address, data={"access_token": access}, headers=bearer(access))
    assert (in_address.status_code, both.status_code) == (400, 400)


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(suite: Suite) -> None:
    assert "nonce" not in suite.claims(nonce=None)
    assert suite.claims(nonce="x")["nonce"] == "x"


def test_oidcc_scope_profile(suite: Suite) -> None:
    tokens = suite.tokens(scope="openid profile")
    told = suite.userinfo(tokens["access_token"])
    assert (told["name"], told["given_name"], told["family_name"]) == (
        "Ann Martin",
        "Ann",
        "Martin",
    )
    assert not {"email", "phone_number", "address"} & set(told)
    assert "name" not in suite.verified(tokens["id_token"]).claims


def test_oidcc_scope_email(suite: Suite) -> None:
    told = suite.userinfo(suite.tokens(scope="openid email")["access_token"])
    assert told["email"] == "ann.martin@hub.test" and told["email_verified"] is True
    assert not {"name", "phone_number", "address"} & set(told)


def test_oidcc_scope_address(suite: Suite) -> None:
    told = suite.userinfo(suite.tokens(scope="openid address")["access_token"])
    assert told["address"] == {"formatted": ANN.attributes["address"][0]}
    assert not {"name", "email", "phone_number"} & set(told)


def test_oidcc_scope_phone(suite: Suite) -> None:
    told = suite.userinfo(suite.tokens(scope="openid phone")["access_token"])
    assert told["phone_number"] == "+33639980101" and told["phone_number_verified"] is True
    assert not {"name", "email", "address"} & set(told)


def test_oidcc_scope_all(suite: Suite) -> None:
    every = suite.userinfo(suite.tokens(scope="openid profile email address phone")["access_token"])
    assert {"name", "email", "address", "phone_number", "sub"} <= set(every)
    assert set(suite.userinfo(suite.tokens(scope="openid")["access_token"])) == {"sub"}


def test_oidcc_alternate_happy_flow(suite: Suite) -> None:
    first, second = suite.claims(), suite.claims()
    assert first["sub"] == second["sub"] and first["nonce"] != second["nonce"]
    mixed = suite.tokens(scope="phone profile openid email address")
    assert {"name", "email", "address"} <= set(suite.userinfo(mixed["access_token"]))


def test_oidcc_display_page(suite: Suite) -> None:
    assert suite.claims(display="page")["sub"]


def test_oidcc_display_popup(suite: Suite) -> None:
    assert suite.claims(display="popup")["sub"]


def test_oidcc_prompt_login(suite: Suite) -> None:
    before = suite.claims()
    suite.target.clock.later(seconds=2)
    page = suite.ask(prompt="login")
    assert suite.asks_password(page)
    again = suite.typed(page, "a wrong password")
    assert suite.asks_password(again), "a wrong password must not fall back to the session"
    code = suite.told(suite.typed(again))["code"]
    after = suite.verified(suite.redeem(code).json()["id_token"]).claims
    assert after["auth_time"] > before["auth_time"] and after["sub"] == before["sub"]


def test_a_sign_in_in_another_tab_does_not_answer_a_forced_one(suite: Suite) -> None:
    forced = suite.ask(prompt="login")
    suite.target.clock.later(seconds=5)
    assert suite.code()
    page = suite.answering(suite.browser.open(forced.address))
    assert suite.asks_password(page)
    assert suite.told(suite.typed(page))["code"]


def test_oidcc_prompt_none_not_logged_in(suite: Suite) -> None:
    assert suite.error(prompt="none") == "login_required"
    assert suite.error(prompt="none login") == "invalid_request"


def test_oidcc_prompt_none_logged_in(suite: Suite) -> None:
    before = suite.claims()
    told = suite.told(suite.ask(prompt="none"))
    after = suite.verified(suite.redeem(told["code"]).json()["id_token"]).claims
    assert (after["sub"], after["auth_time"]) == (before["sub"], before["auth_time"])


def test_oidcc_max_age_1(suite: Suite) -> None:
    before = suite.claims()
    suite.target.clock.later(seconds=2)
    page = suite.ask(max_age="1")
    assert suite.asks_password(page)
    code = suite.told(suite.typed(page))["code"]
    after = suite.verified(suite.redeem(code).json()["id_token"]).claims
    assert after["auth_time"] > before["auth_time"]
    assert suite.target.now - after["auth_time"] <= 1
    suite.target.clock.later(seconds=2)
    assert suite.error(max_age="1", prompt="none") == "login_required"


def test_oidcc_max_age_10000(suite: Suite) -> None:
    before = suite.claims()
    told = suite.told(suite.ask(max_age="10000"))
    after = suite.verified(suite.redeem(told["code"]).json()["id_token"]).claims
    assert after["auth_time"] == before["auth_time"]
    assert suite.error(max_age="-1") == "invalid_request"


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(suite: Suite) -> None:
    assert suite.claims(extra="foobar")["sub"]
    doubled = suite.answering(
        suite.browser.open(suite.address(**suite.request(state="s")) + "&nonce=another")
    )
    assert suite.told(doubled)["error"] == "invalid_request"


def test_oidcc_id_token_hint(suite: Suite) -> None:
    tokens = suite.tokens()
    told = suite.told(suite.ask(prompt="none", id_token_hint=tokens["id_token"]))
    after = suite.verified(suite.redeem(told["code"]).json()["id_token"]).claims
    assert after["sub"] == suite.verified(tokens["id_token"]).claims["sub"]
    unsigned = "eyJhbGciOiJub25lIn0." + tokens["id_token"].split(".")[1] + "."
    assert suite.error(prompt="none", id_token_hint=unsigned) == "invalid_request"


def test_oidcc_login_hint(suite: Suite) -> None:
    page = suite.ask(login_hint="ann.martin")
    assert 'value="ann.martin"' in page.text
    assert suite.told(suite.typed(page))["code"]
    hostile = suite.ask(login_hint='"><script>alert(1)</script>', prompt="login")
    assert "<script>alert" not in hostile.text


def test_oidcc_ui_locales(suite: Suite) -> None:
    for locales, language in (("se", "fr"), ("en", "en"), ("fr en", "fr"), ("x" * 9000, "fr")):
        page = suite.ask(ui_locales=locales)
        assert suite.asks_password(page)
        assert f'lang="{language}"' in page.text, locales
    assert suite.claims(ui_locales="se")["sub"]


def test_oidcc_claims_locales(suite: Suite) -> None:
    assert suite.claims(claims_locales="se")["sub"]


def test_oidcc_ensure_request_with_acr_values_succeeds(suite: Suite) -> None:
    assert suite.claims(acr_values=f"{STRONG} {SIMPLE}")["acr"] == SIMPLE
    assert suite.claims(acr_values="urn:unknown")["acr"] == SIMPLE
    unmet = json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:unknown"}}})
    # Whoever is signed in reads why, with the way back; nobody is told a lower level instead.
    told = suite.told(suite.answering(suite.browser.follow(suite.ask(claims=unmet), "Revenir à")))
    assert told["error"] == "unmet_authentication_requirements" and "code" not in told


def test_oidcc_codereuse(suite: Suite) -> None:
    code = suite.code()
    assert suite.redeem(code).status_code == 200
    again = suite.redeem(code)
    assert again.status_code == 400 and again.json()["error"] == "invalid_grant"


def test_oidcc_codereuse_30seconds(suite: Suite) -> None:
    code = suite.code()
    tokens = suite.redeem(code).json()
    assert not suite.refused(tokens["access_token"])
    suite.target.clock.later(seconds=30)
    again = suite.redeem(code)
    assert again.status_code == 400 and again.json()["error"] == "invalid_grant"
    assert suite.refused(tokens["access_token"])
    refresh = suite.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refresh.json()["error"] == "invalid_grant"


def test_oidcc_ensure_registered_redirect_uri(suite: Suite) -> None:
    origin, path = suite.target.origin, "/callback"
    for address in (
        f"{origin}{path}/else",
        f"{origin}{path}?x=1",
        f"{origin}{path}/",
        f"{origin}{path.upper()}",
        f"http{origin.removeprefix('https')}{path}",
        "https://evil.test/callback",
    ):
        page = suite.ask(redirect_uri=address)
        assert suite.at_the_hub(page) and page.status == 400, address
    assert suite.claims()["sub"]


def test_oidcc_ensure_post_request_succeeds(suite: Suite) -> None:
    signed = suite.claims()
    assert suite.told(_posted(suite, **suite.request(prompt="none")))["code"]
    refused = _posted(suite, **suite.request(redirect_uri="https://evil.test/"))
    assert suite.at_the_hub(refused) and refused.status == 400
    assert signed["sub"]


def test_oidcc_server_client_secret_post(posting: Suite) -> None:
    given = {
        "grant_type": "authorization_code",
        "redirect_uri": posting.callback,
        "client_id": "post",
    }
    address = posting.known["token_endpoint"]
    right = "the secret of post, long enough"
    form = {**given, "code": posting.code(), "client_secret": right}
    tokens = posting.http.post(address, data=form)
    assert posting.verified(tokens.json()["id_token"])
    for secret in ("wrong", None):
        form = {**given, "code": posting.code()} | ({"client_secret": secret} if secret else {})
        refused = posting.http.post(address, data=form)
        assert refused.status_code == 401 and refused.json()["error"] == "invalid_client"
    assert posting.redeem(posting.code()).status_code == 401, "by header, though not registered"


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    suite: Suite,
) -> None:
    suite.target.site.documents["/request.jwt"] = "eyJhbGciOiJub25lIn0.e30."
    address = f"{suite.target.origin}/request.jwt"
    assert suite.known["request_uri_parameter_supported"] is False
    assert suite.error(request_uri=address) == "request_uri_not_supported"
    assert "/request.jwt" not in suite.target.site.asked, "nothing is fetched for a stranger"


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    suite: Suite,
) -> None:
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    assert suite.error(request=unsigned) in ("request_not_supported", "invalid_request_object")
    assert suite.error(request="garbage") in ("request_not_supported", "invalid_request_object")


def test_oidcc_claims_essential(suite: Suite) -> None:
    wanted = json.dumps({"userinfo": {"name": {"essential": True}, "unknown": None}})
    told = suite.userinfo(suite.tokens(claims=wanted)["access_token"])
    assert told["name"] == "Ann Martin" and "unknown" not in told
    assert "name" not in suite.userinfo(suite.tokens()["access_token"])
    assert suite.error(claims="{") == "invalid_request"


def test_oidcc_ensure_request_object_with_redirect_uri(suite: Suite) -> None:
    """The address in an unsigned object leads nowhere: the object counts for nothing."""
    evil = "eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwudGVzdC8ifQ"
    page = suite.ask(request=f"eyJhbGciOiJub25lIn0.{evil}.")
    assert "error" in suite.told(page) and "evil" not in page.text
    alone = suite.ask(request=f"eyJhbGciOiJub25lIn0.{evil}.", redirect_uri=None)
    assert suite.at_the_hub(alone) and alone.status == 400


def test_oidcc_refresh_token(suite: Suite) -> None:
    tokens = suite.tokens(scope="openid offline_access", prompt="consent")
    before = suite.verified(tokens["id_token"]).claims
    suite.target.clock.later(seconds=2)
    answer = suite.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    again = answer.json()
    after = suite.verified(again["id_token"]).claims
    for name in ("iss", "sub", "aud", "auth_time"):
        assert after[name] == before[name]
    assert after["iat"] > before["iat"] and "nonce" not in after
    assert again["access_token"] != tokens["access_token"]
    stranger = suite.token(grant_type="refresh_token", refresh_token="nothing we gave")
    assert stranger.status_code == 400 and stranger.json()["error"] == "invalid_grant"


def test_oidcc_ensure_request_with_valid_pkce_succeeds(suite: Suite) -> None:
    suite.with_pkce()
    assert suite.claims()["sub"]
    for verifier in ("w" * 43, None, "short"):
        refused = suite.redeem(suite.code(), code_verifier=verifier)
        assert refused.status_code == 400 and refused.json()["error"] == "invalid_grant"
    suite.verifier = None
    downgraded = suite.redeem(suite.code(), code_verifier="v" * 43)
    assert downgraded.json()["error"] == "invalid_grant"


def _posted(suite: Suite, **form: str) -> Page:
    """As another site's page posts it."""
    return suite.answering(suite.browser.posted(suite.known["authorization_endpoint"], form))
