"""People sign in at the simulator as they do at the real one."""

import base64

import pytest
from authlib.integrations.base_client.errors import OAuthError
from tests.plugins.demo.psc.application import (
    APP,
    AUTH,
    WALLET,
    Application,
    brought,
    card,
)

ISSUER = f"{AUTH}/auth/realms/esante-wallet"


def test_it_is_discovered_at_its_own_path_only(app: Application) -> None:
    browser = app.browser()
    assert browser.open(f"{ISSUER}/.well-known/openid-configuration").status == 404
    assert app.known["issuer"] == ISSUER
    assert app.known["authorization_endpoint"] == f"{WALLET}/auth"
    assert app.known["acr_values_supported"] == ["0", "0"]
    assert app.known["authorization_response_iss_parameter_supported"] is True


def test_a_card_gives_tokens_with_the_names_and_lives_of_the_real_ones(app: Application) -> None:
    token = app.by_card("paul.lambert")
    assert token["expires_in"] == 120 and token["refresh_expires_in"] == 1800
    assert token["token_type"] == "Bearer" and token["session_state"]
    claims = app.claims(token["id_token"])
    assert claims["aud"] == claims["azp"] == "app" and claims["iss"] == ISSUER
    assert claims["nonce"] == app.nonce and claims["acr"] == "eidas1"
    assert claims["authMode"] == "CARD" and claims["SubjectNameID"] == "899700434378"
    assert claims["sid"] == token["session_state"]


def test_the_browser_brings_back_state_issuer_and_session(app: Application) -> None:
    browser = app.browser()
    back = brought(card(browser, browser.open(app.leave()), "paul.lambert"))
    assert back.keys() == {"code", "state", "iss", "session_state"}
    assert back["iss"] == ISSUER


def test_who_is_signed_in_is_not_asked_again(app: Application) -> None:
    browser = app.browser()
    card(browser, browser.open(app.leave()), "paul.lambert")
    assert brought(browser.open(app.leave()))["code"]


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "60"}])
def test_a_fresh_sign_in_is_asked_for_when_the_application_wants_one(
    app: Application, asked: dict[str, str]
) -> None:
    browser = app.browser()
    card(browser, browser.open(app.leave()), "paul.lambert")
    app.clock.now += 61
    page = browser.open(app.leave(**asked))
    assert page.has("card")
    assert app.claims(app.redeemed(card(browser, page, "paul.lambert"))["id_token"])[
        "auth_time"
    ] == int(app.clock.now)


def test_nobody_is_asked_anything_in_silence(app: Application) -> None:
    assert brought(app.browser().open(app.leave(prompt="none")))["error"] == "login_required"


def test_a_session_idles_out_and_ends_after_four_hours(app: Application) -> None:
    browser = app.browser()
    card(browser, browser.open(app.leave()), "paul.lambert")
    app.clock.now += 1801
    assert browser.open(app.leave()).has("card")
    card(browser, browser.open(app.leave()), "paul.lambert")
    for _ in range(9):
        app.clock.now += 1700
        page = browser.open(app.leave())
    assert page.has("card")


def test_whoever_cancels_comes_back_refused(app: Application) -> None:
    browser = app.browser()
    page = browser.open(app.leave())
    back = brought(browser.submit(page.form(button="Annuler"), button="Annuler"))
    assert back["error"] == "access_denied" and back["iss"] == ISSUER and back["state"]


@pytest.mark.parametrize(("name", "text"), [("client_id", "other"), ("redirect_uri", f"{APP}/x")])
def test_an_unknown_application_or_return_address_is_sent_nowhere(
    app: Application, name: str, text: str
) -> None:
    page = app.browser().open(f"{app.leave()}&".replace(f"{name}=", f"x={text}&y="))
    assert page.status in (400, 401) and page.address.startswith(WALLET)


def test_a_code_is_used_once_soon_and_with_its_verifier(app: Application) -> None:
    browser = app.browser()
    page = card(browser, browser.open(app.leave()), "paul.lambert")
    app.redeemed(page)
    with pytest.raises(OAuthError):
        app.redeemed(page)
    page = browser.open(app.leave())
    app.verifier = "w" * 48
    with pytest.raises(OAuthError):
        app.redeemed(page)
    app.verifier = "v" * 48
    page = browser.open(app.leave())
    app.clock.now += 61
    with pytest.raises(OAuthError):
        app.redeemed(page)


def test_the_plain_challenge_is_refused(app: Application) -> None:
    address = app.leave().replace("code_challenge_method=S256", "code_challenge_method=plain")
    assert brought(app.browser().open(address))["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_secret_may_stand_in_the_header_or_in_the_body(app: Application, method: str) -> None:
    app.client.token_endpoint_auth_method = method
    assert app.by_card("paul.lambert")["id_token"]


def test_a_wrong_secret_gets_nothing(app: Application) -> None:
    app.client.client_secret = "x" * 32
    with pytest.raises(OAuthError):
        app.by_card("paul.lambert")


def test_a_refresh_keeps_the_person_and_works_once(app: Application) -> None:
    token = app.by_card("paul.lambert")
    app.clock.now += 600
    again = app.client.refresh_token(app.known["token_endpoint"], token["refresh_token"])
    claims = app.claims(again["id_token"])
    assert claims["sub"] == app.claims(token["id_token"])["sub"]
    assert claims["auth_time"] == int(app.clock.now) - 600
    with pytest.raises(OAuthError):
        app.client.refresh_token(app.known["token_endpoint"], token["refresh_token"])


def test_introspection_says_whose_an_access_token_is_and_a_refresh_token_not(
    app: Application,
) -> None:
    token = app.by_card("paul.lambert")
    basic = base64.b64encode(b"app:" + b"s" * 32).decode()
    said = [
        app.client.post(
            app.known["introspection_endpoint"],
            data={"token": token[name]},
            headers={"Authorization": f"Basic {basic}"},
            withhold_token=True,
        ).json()
        for name in ("access_token", "refresh_token")
    ]
    assert said[0]["active"] and said[0]["SubjectNameID"] == "899700434378"
    assert said[1]["active"] and "SubjectNameID" not in said[1]


def test_an_access_token_is_worth_two_minutes(app: Application) -> None:
    app.by_card("paul.lambert")
    assert app.userinfo().status_code == 200
    app.clock.now += 120
    app.client.token["expires_at"] = 10**12
    assert app.userinfo().status_code == 401


def test_every_page_says_that_it_is_a_simulation(app: Application) -> None:
    browser = app.browser()
    pages = [f"{WALLET}{path}" for path in ("/", "/telephone", "/session", "/simulation")]
    pages += [app.leave(), f"{app.leave()}&tab=mobile", f"{WALLET}/auth"]
    pages.append(app.known["end_session_endpoint"])
    for address in pages:
        page = browser.open(address)
        assert "SIMULATION" in page.words and "<script" not in page.text, address
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
