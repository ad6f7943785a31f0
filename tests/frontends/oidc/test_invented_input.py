"""Parsers before input nobody wrote by hand: understood, or refused in their own words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.contract.errors import RequestRefused
from hub_frontends.oidc.authorize import AuthorizationError, addressee, wishes
from hub_frontends.oidc.claims_request import BadClaims, claims_request
from hub_frontends.oidc.client_keys import BadKeys, claims_of, header_of, key_set
from hub_frontends.oidc.clients import Client, OidcClient
from hub_frontends.oidc.parameters import Parameters
from hub_frontends.oidc.redirects import matches, may_be_sent_to, unfit
from tests.frontends.oidc.party import BACK, CHALLENGE, VERIFIER, Party
from tests.frontends.oidc.signing_client import BY_KEY, Signer, made, public

pytestmark = pytest.mark.slow
KEY = made("ES256", "k1")
CLIENT = Client(
    id="mail",
    service="mail",
    declared=OidcClient(client_id="mail", redirect_uris=(BACK,)),
    secret=None,
)
quick = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
ANY_TEXT = st.text(max_size=40) | st.sampled_from(["", "\0", "\ud800", "a" * 9000, "é"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
TIMES: st.SearchStrategy[Any] = st.sampled_from(
    [0, -1, 1e11, 1e300, 10**400, float("nan"), "1", True, [1], {}, None]
)
NAMES = (
    *("scope", "prompt", "max_age", "acr_values", "claims", "ui_locales", "login_hint"),
    *("nonce", "state", "code_challenge", "code_challenge_method", "response_mode", "resource"),
    *("response_type", "id_token_hint", "request", "request_uri", "registration", "display"),
)
RIGHT = {
    "client_id": "mail",
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid",
    "code_challenge": CHALLENGE.decode(),
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def signer(keys: Path) -> Iterator[Signer]:
    party = Party(keys, jwks=public(KEY), **BY_KEY)
    yield Signer(party, KEY)
    party.close()


@quick
@given(text=st.text() | st.lists(st.sampled_from("a=&%;+\0"), max_size=300).map("".join))
def test_any_text_is_parameters_or_refused(text: str) -> None:
    try:
        sent = Parameters(text)
    except RequestRefused:
        return
    assert all(isinstance(each, str) for pair in sent.pairs for each in pair)
    absurd = sent.absurd()
    assert absurd is None or absurd in sent


@quick
@given(asked=st.dictionaries(st.sampled_from(NAMES), ANY_TEXT | JSON.map(json.dumps)))
def test_any_request_is_understood_or_told_to_the_service(asked: dict[str, str]) -> None:
    sent = Parameters(urlencode({**RIGHT, **asked}, errors="replace"))
    assert addressee(sent, {"mail": CLIENT}).redirect_uri == BACK
    try:
        wished = wishes(sent, CLIENT, lambda _: None)
    except AuthorizationError as error:
        assert error.error.isascii() and error.description.isascii()
        assert not any(text in error.description for text in asked.values() if len(text) > 20)
        return
    assert "openid" in wished.scope.split()


@quick
@given(
    text=st.text()
    | JSON.map(json.dumps)
    | st.dictionaries(
        st.sampled_from(["id_token", "userinfo", "else"]),
        st.dictionaries(st.sampled_from(["acr", "sub", "name", "\ud800"]), JSON),
    ).map(json.dumps)
)
def test_any_claims_request_is_read_or_bad(text: str) -> None:
    try:
        read = claims_request(text)
    except BadClaims:
        return
    assert all(name.isprintable() for name in (*read.id_token, *read.userinfo, *read.acrs))


@quick
@given(
    text=st.text()
    | st.lists(st.sampled_from(["e30", ".", "eyJhbGciOnt9fQ", "é", "W10"])).map("".join)
)
def test_any_text_is_a_token_or_none(text: str) -> None:
    assert header_of(text) is None or isinstance(header_of(text), dict)
    assert isinstance(claims_of(text), dict)


@quick
@given(
    document=JSON
    | st.fixed_dictionaries(
        {
            "keys": JSON
            | st.lists(
                st.dictionaries(
                    st.sampled_from(
                        ["kty", "crv", "x", "y", "n", "e", "use", "alg", "kid", "key_ops"]
                    ),
                    JSON
                    | st.sampled_from(
                        ["EC", "P-256", "RSA", "OKP", "Ed25519", "AQAB", "AA", "sig"]
                    ),
                ),
                max_size=3,
            )
        }
    )
)
def test_any_document_is_a_set_of_keys_or_bad(document: Any) -> None:
    try:
        keys = key_set(json.dumps(document).encode())
    except BadKeys:
        return
    assert keys


@quick
@given(uri=st.text() | st.text(alphabet="htps:/.@#?\\[]%127localhost ", max_size=40))
def test_any_address_is_fit_or_not(uri: str) -> None:
    if may_be_sent_to(uri, relaxed=False):
        assert uri.startswith("https://") and uri.isascii()
    assert unfit(uri, "native", relaxed=False) is None or unfit(uri, "web", relaxed=False)
    assert matches(uri, [BACK], "web") is (uri == BACK)


@quick
@given(
    claims=st.dictionaries(st.sampled_from(["iss", "sub", "aud", "jti", "nbf", "iat"]), JSON),
    until=TIMES,
    typ=JSON,
)
def test_any_assertion_is_believed_or_refused(
    signer: Signer, claims: dict[str, Any], until: Any, typ: Any
) -> None:
    signer.party.hub.later(minutes=10)  # who guesses too often waits
    form = signer.proving(signer.assertion({"typ": typ}, **{"exp": until, **claims}))
    answer = signer.party.machine.post("/oidc/token", data={**form, "grant_type": "refresh_token"})
    assert answer.status_code in (400, 401)
    assert answer.get_json()["error"] in ("invalid_client", "invalid_request")


@quick
@given(
    claims=st.dictionaries(st.sampled_from(["jti", "htm", "htu", "nonce", "ath", "nbf"]), JSON),
    made_at=TIMES,
    jwk=st.none() | JSON | st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "d"]), JSON),
)
def test_any_proof_is_believed_or_refused(
    signer: Signer, claims: dict[str, Any], made_at: Any, jwk: Any
) -> None:
    signer.party.hub.later(minutes=10)
    head = {"jwk": jwk} if jwk is not None else None
    proof = signer.proof(header=head, **{"iat": made_at, **claims})
    form = {
        "grant_type": "authorization_code",
        "code": "nothing",
        "code_verifier": VERIFIER,
        **signer.proving(),
    }
    answer = signer.party.machine.post("/oidc/token", data=form, headers={"DPoP": proof})
    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("invalid_dpop_proof", "invalid_grant")


@quick
@given(
    claims=st.dictionaries(st.sampled_from((*NAMES, "aud", "nbf", "iss", "else")), JSON),
    until=TIMES,
)
def test_any_signed_request_is_followed_or_told(
    signer: Signer, claims: dict[str, Any], until: Any
) -> None:
    request = signer.request(**{"exp": until, **claims})
    asked = {"client_id": "mail", "redirect_uri": BACK, "request": request}
    answer = signer.party.browser.get(f"/oidc/authorize?{urlencode(asked)}")
    assert answer.status_code in (200, 303, 400)
    location = answer.headers.get("Location", "/")
    assert location.startswith(("/", BACK)) and not location.startswith("//")


@quick
@given(claims=st.dictionaries(st.sampled_from(["iss", "aud", "sub", "sid", "exp"]), JSON))
def test_any_hint_is_ours_or_nobody_s(signer: Signer, claims: dict[str, Any]) -> None:
    hint = signer.signed(claims)
    leaving = signer.party.browser.get(f"/oidc/end_session?id_token_hint={hint}")
    assert leaving.status_code == 303 and leaving.location.startswith("/")
    asked = urlencode({**RIGHT, "prompt": "none", "id_token_hint": hint})
    told = signer.party.browser.get(f"/oidc/authorize?{asked}")
    assert "error=invalid_request" in told.location
