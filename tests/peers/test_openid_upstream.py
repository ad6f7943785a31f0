"""A provider above the hub that we did not write: npm oidc-provider, certified by OpenID."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.peers.upstream import upstream

WAYS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "a secret in the header": ({}, {}),
    "a secret in the form": (
        {"authentication": "client_secret_post"},
        {"token_endpoint_auth_method": "client_secret_post"},
    ),
    "a signed UserInfo": ({}, {"userinfo_signed_response_alg": "RS256"}),
    "an answer in a form": ({"response_mode": "form_post"}, {}),
    "an issuer that must be named": ({"require_iss": "always"}, {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_somebody_comes_from_there(tmp_path: Path, way: str) -> None:
    settings, client = WAYS[way]
    with upstream(tmp_path, settings, client) as there:
        page = there.sign_in()
        assert page.path == "/services", page.words
        assert "Ann Martin" in page.words


@pytest.mark.parametrize("audience", ["issuer", "token_endpoint"])
def test_the_hub_may_sign_who_it_is(tmp_path: Path, audience: str) -> None:
    key = ECKey.generate_key("P-256", {"kid": "of-the-hub", "use": "sig"})
    pem = tmp_path / "hub.pem"
    pem.touch(mode=0o600)
    pem.write_bytes(key.as_pem(private=True))
    settings = {
        "authentication": "private_key_jwt",
        "private_key_file": "hub.pem",
        "private_key_algorithm": "ES256",
        "private_key_id": "of-the-hub",
        "assertion_audience": audience,
    }
    client = {
        "client_secret": None,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [key.as_dict(private=False)]},
    }
    with upstream(tmp_path, settings, client) as there:
        assert there.sign_in().path == "/services"


def test_a_wrong_secret_is_a_setting_to_correct(tmp_path: Path) -> None:
    with upstream(tmp_path, {}, {"client_secret": "another"}) as there:
        page = there.sign_in()
        assert "n’accepte pas les demandes de ce portail" in page.alert()


def test_whoever_leaves_there_is_out_here(tmp_path: Path) -> None:
    with upstream(tmp_path, {}, {}) as there:
        there.sign_in()
        assert there.leave_there().has("identifier")


def test_whoever_leaves_here_is_asked_to_leave_there_and_comes_back(tmp_path: Path) -> None:
    with upstream(tmp_path, {}, {}) as there:
        page = there.sign_in()
        left = there.browser.submit(page.form(to="/logout"))
        address = left.headers["refresh"].partition("url=")[2]
        assert address.startswith(f"{there.issuer}/session/end?")
        back = there.walk_out(address)
        assert "Node : session fermée" in back.words.replace("\u00a0", " ").replace("\u202f", " ")
