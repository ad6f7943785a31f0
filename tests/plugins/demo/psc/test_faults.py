"""Each fault of the simulator is the one its name says, and no other."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from hub_plugins.demo.psc.faults import SAID, Fault
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey
from tests.plugins.demo.psc.application import SIMULATED, WALLET, Application, brought, card

PLAIN = {"aud": "app", "azp": "app", "iss": SIMULATED.issuer, "acr": "eidas1"}


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    head, body, signature = token.split(".")
    header, claims = (json.loads(base64.urlsafe_b64decode(f"{each}==")) for each in (head, body))
    return header, claims, signature


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        (Fault.WRONG_AUD, {"aud": "another-application", "azp": "another-application"}),
        (Fault.WRONG_AZP, {"azp": "another-application"}),
        (Fault.WRONG_ISS, {"iss": f"{WALLET}/auth/realms/another"}),
        (Fault.MISSING_ACR, {"acr": None}),
        (Fault.ACR_EIDAS3, {"acr": "eidas3"}),
    ],
)
def test_one_claim_is_spoilt_under_a_good_signature(
    app: Application, fault: Fault, changed: Mapping[str, str | None]
) -> None:
    app.spoil(fault)
    claims = app.claims(app.by_card("paul.lambert")["id_token"])
    assert {name: claims.get(name) for name in PLAIN} == {**PLAIN, **changed}
    assert claims["nonce"] == app.nonce


def test_the_nonce_is_another_or_absent(app: Application) -> None:
    app.spoil(Fault.WRONG_NONCE)
    claims = app.claims(app.by_card("paul.lambert")["id_token"])
    assert claims["nonce"] and claims["nonce"] != app.nonce
    app.spoil(Fault.MISSING_NONCE)
    assert "nonce" not in app.claims(app.by_card("paul.lambert")["id_token"])


def test_an_old_token_ended_an_hour_ago(app: Application) -> None:
    app.spoil(Fault.OLD_EXP)
    claims = app.claims(app.by_card("paul.lambert")["id_token"])
    assert claims["exp"] == int(app.clock.now) - 3600


def test_a_foreign_key_signs_under_the_published_name(app: Application) -> None:
    app.spoil(Fault.WRONG_KEY)
    token = app.by_card("paul.lambert")["id_token"]
    published = app.provider.keys.published()["keys"][0]["kid"]
    assert parts(token)[0] == {"alg": "RS256", "kid": published, "typ": "JWT"}
    with pytest.raises(BadSignatureError):
        app.claims(token)


def test_alg_none_carries_no_signature(app: Application) -> None:
    app.spoil(Fault.ALG_NONE)
    header, claims, signature = parts(app.by_card("paul.lambert")["id_token"])
    assert header["alg"] == "none" and not signature and claims["aud"] == "app"


def test_the_public_key_is_the_secret_of_the_confused_token(app: Application) -> None:
    app.spoil(Fault.HS256)
    token = app.by_card("paul.lambert")["id_token"]
    key = RSAKey.import_key(app.provider.keys.published()["keys"][0])
    signed, _, signature = token.rpartition(".")
    mac = hmac.new(key.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
    assert parts(token)[0]["alg"] == "HS256"
    assert signature == base64.urlsafe_b64encode(mac).decode().rstrip("=")


def test_userinfo_speaks_of_somebody_else(app: Application) -> None:
    app.spoil(Fault.SUB_MISMATCH)
    token = app.by_card("paul.lambert")
    assert app.userinfo().json()["sub"] != app.claims(token["id_token"])["sub"]


def test_userinfo_comes_signed(app: Application) -> None:
    app.spoil(Fault.USERINFO_JWT)
    app.by_card("paul.lambert")
    answer = app.userinfo()
    assert answer.headers["content-type"] == "application/jwt"
    claims = app.claims(answer.text)
    assert claims["aud"] == "app" and claims["SubjectNameID"] == "899700434378"


@pytest.mark.parametrize(
    ("fault", "issuer"),
    [
        (Fault.ISS_MISSING, None),
        (Fault.ISS_OF_ANOTHER, "https://another.example/auth/realms/another"),
    ],
)
def test_the_answer_names_another_issuer_or_none(
    app: Application, fault: Fault, issuer: str | None
) -> None:
    app.spoil(fault)
    browser = app.browser()
    assert brought(card(browser, browser.open(app.leave()), "paul.lambert")).get("iss") == issuer


def test_slow_and_broken_are_what_servers_see_and_no_browser(app: Application) -> None:
    app.spoil(Fault.SLOW, Fault.SERVER_ERROR)
    browser = app.browser()
    page = card(browser, browser.open(app.leave()), "paul.lambert")
    assert not app.paused
    with pytest.raises(requests.HTTPError):
        app.redeemed(page)
    assert app.paused == [5]
    assert browser.open(app.known["end_session_endpoint"]).status == 200


def test_a_rotated_key_is_published_and_the_former_is_gone(app: Application) -> None:
    former = app.provider.keys.published()["keys"][0]["kid"]
    browser = app.browser()
    form = browser.open(f"{WALLET}/simulation").form(button="Changer la clé")
    browser.submit(form, button="Changer la clé")
    assert [each["kid"] for each in app.provider.keys.published()["keys"]] != [former]
    assert app.claims(app.by_card("paul.lambert")["id_token"])["aud"] == "app"


def test_faults_stand_in_a_banner_until_they_are_switched_off(app: Application) -> None:
    app.spoil(Fault.OLD_EXP, Fault.SLOW)
    page = app.browser().open(app.leave())
    assert SAID[Fault.OLD_EXP] in page.words and "slow" in page.words
    app.spoil()
    assert SAID[Fault.OLD_EXP] not in app.browser().open(app.leave()).words


def test_each_fault_is_explained_on_its_page(app: Application) -> None:
    page = app.browser().open(f"{WALLET}/simulation")
    assert set(SAID) == set(Fault)
    assert all(SAID[fault] in page.words for fault in Fault)


@pytest.mark.parametrize("seconds", ["-1", "x", "9" * 9, ""])
def test_nonsense_for_seconds_changes_nothing(app: Application, seconds: str) -> None:
    browser = app.browser()
    form = browser.open(f"{WALLET}/simulation").form(asking="fault")
    browser.submit(form, {"seconds": seconds})
    assert app.provider.faults.seconds == 5
