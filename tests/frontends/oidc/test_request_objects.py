import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from hub.contract.errors import ConfigErrors
from tests.frontends.oidc.party import BACK, ISSUER, Party, query, sent
from tests.frontends.oidc.signing_client import Signer, error_of, made, public

KEY = made("ES256", "k1")
BAD = "invalid_request_object"


@pytest.fixture
def signer(keys: Path) -> Iterator[Signer]:
    party = Party(keys, jwks=public(KEY))
    yield Signer(party, KEY)
    party.close()


def bring(signer: Signer, request: str, **outer: str | None) -> TestResponse:
    """As OpenID Connect has it: what OAuth demands stands outside, too."""
    asked: dict[str, str | None] = {"client_id": "mail", "response_type": "code"}
    asked |= {"scope": "openid", "request": request, "redirect_uri": BACK, "state": "outer"}
    asked |= outer
    given = {name: text for name, text in asked.items() if text is not None}
    return signer.party.browser.get(f"/oidc/authorize?{urlencode(given)}")


def answered(signer: Signer, arrived: TestResponse) -> Mapping[str, str]:
    signer.party.sign_in(arrived)
    return sent(signer.party.complete(arrived))


def test_what_the_client_signed_is_what_it_asks(signer: Signer) -> None:
    request = signer.request(nonce="inner", max_age=600, claims={"userinfo": {"given_name": None}})
    answer = answered(signer, bring(signer, request, nonce="outer", prompt="none"))
    assert answer["state"] == "inner"
    tokens = signer.party.token(answer["code"]).get_json()
    assert signer.party.id_token(tokens["id_token"]).claims["nonce"] == "inner"


def test_the_client_s_name_alone_may_stand_outside(signer: Signer) -> None:
    asked = urlencode({"client_id": "mail", "request": signer.request()})
    arrived = signer.party.browser.get(f"/oidc/authorize?{asked}")
    assert answered(signer, arrived)["state"] == "inner"


@pytest.mark.parametrize("name", ["state", "nonce", "code_challenge", "response_type", "scope"])
def test_what_stands_outside_only_was_not_asked(signer: Signer, name: str) -> None:
    arrived = bring(signer, signer.request(**{name: None}))
    match name:
        case "state":
            assert "state" not in answered(signer, arrived)
        case "nonce":
            code = answered(signer, arrived)["code"]
            token = signer.party.token(code).get_json()["id_token"]
            assert "nonce" not in signer.party.id_token(token).claims
        case _:
            assert sent(arrived)["error"] in ("invalid_request", "invalid_scope", BAD)


def test_an_address_that_only_stands_outside_is_not_followed(signer: Signer) -> None:
    page = bring(signer, signer.request(redirect_uri=None))
    assert page.status_code == 400 and b"unknown_redirect_uri" in page.data


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_every_published_algorithm_signs_requests(keys: Path, alg: str) -> None:
    key = made(alg)
    party = Party(keys, jwks=public(key))
    signer = Signer(party, key, alg)
    assert answered(signer, bring(signer, signer.request()))["state"] == "inner"
    party.close()


def test_a_request_is_posted_as_well(signer: Signer) -> None:
    form = {"client_id": "mail", "request": signer.request()}
    posted = signer.party.browser.post("/oidc/authorize", data=form)
    assert posted.status_code == 303
    arrived = signer.party.browser.get(posted.location)
    assert answered(signer, arrived)["state"] == "inner"


@pytest.mark.parametrize(
    ("claims", "outer"),
    [
        ({"client_id": "file"}, {}),
        ({"client_id": None}, {}),
        ({"iss": "file"}, {}),
        ({"response_type": "token"}, {}),
        ({}, {"response_type": "token"}),
        ({"aud": "https://another.test"}, {}),
        ({"aud": ["https://another.test"]}, {}),
        ({"aud": {}}, {}),
        ({"sub": "mail"}, {}),
        ({"request": "x"}, {}),
        ({"request_uri": "https://mail.test/x"}, {}),
        ({"prompt": ["login"]}, {}),
        ({"max_age": True}, {}),
        ({"max_age": None, "display": 1.5}, {}),
        ({"exp": "soon"}, {}),
        ({"nbf": []}, {}),
        ({"exp": 10**400}, {}),
        ({"state": "\ud800"}, {}),
    ],
    ids=str,
)
def test_a_request_object_that_is_wrong_is_refused(
    signer: Signer, claims: Mapping[str, Any], outer: Mapping[str, str]
) -> None:
    answer = sent(bring(signer, signer.request(**claims), **outer))
    assert answer["error"] == BAD and answer["state"] == "outer"


@pytest.mark.parametrize(
    ("claim", "after", "good"),
    [
        ("exp", 1, True),
        ("exp", 0, False),
        ("exp", 3601, False),
        ("nbf", 8, True),
        ("nbf", 61, False),
        ("nbf", -3000, True),
    ],
)
def test_a_request_object_has_its_time(signer: Signer, claim: str, after: int, good: bool) -> None:
    arrived = bring(signer, signer.request(**{claim: signer.now + after}))
    assert arrived.location.startswith("/login/") is good
    assert good or sent(arrived)["error"] == BAD


@pytest.mark.parametrize("depth", range(100, 1100, 25))
def test_a_request_object_however_deep_is_answered(signer: Signer, depth: int) -> None:
    text = signer.request(claims="…").split(".")[1]
    claims = base64.urlsafe_b64decode(text + "===").decode()
    shown = claims.replace('"\\u2026"', '{"a":' * depth + "{}" + "}" * depth)
    answer = bring(signer, signer.signed_text(shown))
    assert answer.status_code == 303
    assert answer.location.startswith("/login/") or sent(answer)["error"] in (
        BAD,
        "invalid_request",
    )


def test_a_list_of_audiences_that_names_the_issuer_is_taken(signer: Signer) -> None:
    arrived = bring(signer, signer.request(aud=[ISSUER, "https://another.test"]))
    assert arrived.location.startswith("/login/")


@pytest.mark.parametrize("kind", ["JWT", "at+jwt", "dpop+jwt"])
def test_another_kind_of_token_is_no_request(signer: Signer, kind: str) -> None:
    assert sent(bring(signer, signer.request({"typ": kind})))["error"] == BAD
    right = signer.request({"typ": "oauth-authz-req+jwt"})
    assert bring(signer, right).location.startswith("/login/")


def test_an_assertion_is_no_request(signer: Signer) -> None:
    shown = signer.assertion(client_id="mail", response_type="code", redirect_uri=BACK)
    assert sent(bring(signer, shown))["error"] == BAD


def test_nobody_else_signs_for_the_client(signer: Signer) -> None:
    stranger = Signer(signer.party, made("ES256", "k1"))
    _, claims, signature = signer.request().split(".")
    secret = public(KEY)["keys"][0]["x"]

    def head(alg: str) -> str:
        return base64.urlsafe_b64encode(json.dumps({"alg": alg}).encode()).rstrip(b"=").decode()

    for request in (
        stranger.request(),
        signer.request({"kid": "k2"}),
        f"{head('none')}.{claims}.",
        f"{head('none')}.{claims}.{signature}",
        f"{head('HS256')}.{claims}.{secret}",
        f"{head('ES256')}.{claims}.",
        "x",
        "a.b.c",
        "a.b.c.d.e",
    ):
        assert sent(bring(signer, request))["error"] == BAD, request


def test_only_the_algorithm_a_client_registered_signs(keys: Path) -> None:
    rsa = made("RS256")
    party = Party(keys, jwks=public(rsa), request_object_signing_alg="PS256")
    wrong, right = Signer(party, rsa, "RS256"), Signer(party, rsa, "PS256")
    assert sent(bring(wrong, wrong.request()))["error"] == BAD
    assert bring(right, right.request()).location.startswith("/login/")
    party.close()


def test_a_client_without_keys_signs_no_requests(party: Party) -> None:
    signer = Signer(party, KEY)
    answer = sent(bring(signer, signer.request()))
    assert answer["error"] == "request_not_supported" and answer["state"] == "outer"


def test_a_request_twice_or_beside_an_address_is_refused(signer: Signer) -> None:
    request = signer.request()
    answer = sent(bring(signer, request, request_uri="https://mail.test/x"))
    assert answer["error"] in ("request_not_supported", "request_uri_not_supported")
    twice = f"{query()}&{urlencode([('request', request)] * 2)}"
    page = signer.party.browser.get(f"/oidc/authorize?{twice}")
    assert page.status_code == 400 and b"repeated_parameter" in page.data


def test_a_signed_request_is_pushed_too(signer: Signer) -> None:
    party = signer.party
    pushed = party.post("/oidc/par", request=signer.request(), state="outer")
    assert pushed.status_code == 201, pushed.data
    asked = {"client_id": "mail", "request_uri": pushed.get_json()["request_uri"]}
    arrived = party.browser.get(f"/oidc/authorize?{urlencode(asked)}")
    assert answered(signer, arrived)["state"] == "inner"


def test_a_wrong_signed_request_is_refused_when_pushed(signer: Signer) -> None:
    party, stranger = signer.party, Signer(signer.party, made("ES256", "k1"))
    for request in (stranger.request(), signer.request(client_id="file"), signer.request(exp=1)):
        answer = party.post("/oidc/par", request=request, client_secret=None)
        assert error_of(answer) == (400, BAD)
    nested = signer.request(request_uri="urn:ietf:params:oauth:request_uri:x")
    assert error_of(party.post("/oidc/par", request=nested)) == (400, BAD)


def test_a_table_without_keys_cannot_sign_requests(keys: Path) -> None:
    with pytest.raises(ConfigErrors) as caught:
        Party(keys, request_object_signing_alg="ES256")
    assert [error.path for error in caught.value.errors] == ["service.mail.oidc.jwks"]


def test_discovery_names_what_signs_requests(party: Party) -> None:
    said = party.machine.get("/.well-known/openid-configuration").get_json()
    assert said["request_parameter_supported"] is True
    algorithms = said["request_object_signing_alg_values_supported"]
    assert algorithms == ["RS256", "PS256", "ES256", "EdDSA"]
