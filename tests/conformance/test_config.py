"""Plan `oidcc-config-certification-test-plan`."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.conformance.suite import DISCOVERY, Suite

REQUIRED = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)
SECRET_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    answer = suite.http.get(f"{suite.target.issuer}{DISCOVERY}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    known = answer.json()
    assert set(REQUIRED) <= set(known)
    assert known["issuer"] == suite.target.issuer and not urlsplit(known["issuer"]).query
    assert _addresses(known) and all(each.startswith("https://") for each in _addresses(known))
    assert "RS256" in known["id_token_signing_alg_values_supported"]
    assert "none" not in known["id_token_signing_alg_values_supported"]
    assert "openid" in known["scopes_supported"] and "code" in known["response_types_supported"]
    assert all(_LANGUAGE.fullmatch(each) for each in known["ui_locales_supported"])
    assert known["claims_parameter_supported"] is True


def test_every_address_of_the_document_answers_and_none_beside_them(suite: Suite) -> None:
    for address in _addresses(suite.known):
        assert suite.http.get(address).status_code not in (404, 500)
    for path in ("/oidc/nothing", "/.well-known/webfinger", "/oidc/check_session"):
        assert suite.http.get(f"{suite.target.issuer}{path}").status_code == 404


def test_the_published_keys_are_public_and_tell_themselves_apart(suite: Suite) -> None:
    answer = suite.http.get(suite.known["jwks_uri"])
    keys = answer.json()["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) > 0
    assert all(key["use"] == "sig" and key["alg"] for key in keys)
    assert not SECRET_MEMBERS & {name for key in keys for name in key}
    assert all(len(key["n"]) >= 342 for key in keys if key["kty"] == "RSA")


def test_a_forged_host_changes_no_address(suite: Suite) -> None:
    forged = {"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"}
    told = suite.http.get(f"{suite.target.issuer}{DISCOVERY}", headers=forged)
    assert told.json() == suite.known


def test_the_oauth_document_says_the_same(suite: Suite) -> None:
    told = suite.http.get(f"{suite.target.issuer}/.well-known/oauth-authorization-server")
    assert told.json() == suite.known


def _addresses(known: Mapping[str, Any]) -> list[str]:
    named = [name for name in known if name.endswith(("_endpoint", "_uri"))]
    return [known[name] for name in named]
