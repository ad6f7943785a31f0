import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.testing.toolbox import MemoryClock
from hub_frontends.oidc.clients import Client, OidcClient
from hub_frontends.oidc.granted import Frozen
from hub_frontends.oidc.id_tokens import Hint, IdTokens
from hub_frontends.oidc.keys import Keys
from tests.frontends.oidc.key_folders import keys_in

TOLD = Frozen(subject="s", claims={}, situation=None, acr="a", amr=("pwd",), auth_time=1, sid="sid")


def client(name: str = "mail", alg: Any = "RS256") -> Client:
    declared = OidcClient(client_id=name, redirect_uris=(), id_token_signed_response_alg=alg)
    return Client(id=name, service=name, declared=declared, secret=None)


@pytest.fixture(scope="session")
def ring(keys: Path) -> Keys:
    return keys_in(keys / "hints")


@pytest.fixture
def tokens(ring: Keys) -> IdTokens:
    return IdTokens(ring, "https://hub.test", MemoryClock())


def encoded(thing: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(thing).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_what_we_signed_we_read_again_however_old(tokens: IdTokens, alg: str) -> None:
    written = tokens.write(client(alg=alg), TOLD, "access", "nonce")
    assert tokens.hint(written) == Hint(audience="mail", subject="s", sid="sid")


def test_the_token_of_another_issuer_with_our_key_is_no_hint(tokens: IdTokens, ring: Keys) -> None:
    other = IdTokens(ring, "https://other.test", MemoryClock())
    assert tokens.hint(other.write(client(), TOLD, "access", None)) is None


def test_the_token_of_a_foreign_key_is_no_hint(tokens: IdTokens, tmp_path: Path) -> None:
    foreign = IdTokens(keys_in(tmp_path), "https://hub.test", MemoryClock())
    assert tokens.hint(foreign.write(client(alg="ES256"), TOLD, "access", None)) is None


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "RS256"},
        {"alg": "RS256", "kid": 5},
        {"alg": "RS256", "kid": "unknown"},
        {"alg": "HS256"},
        {"alg": ["RS256"]},
        {"alg": None},
        {"alg": "dir", "enc": "A128GCM"},
        {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AA"},
        {"alg": "RS256", "b64": False, "crit": ["b64"]},
        {"alg": "RS256", "crit": ["x"], "x": 1},
        {},
        [],
        5,
    ],
    ids=repr,
)
def test_no_header_talks_us_into_a_hint(tokens: IdTokens, header: Any) -> None:
    _, body, signature = tokens.write(client(), TOLD, "access", None).split(".")
    for forged in (f"{body}.{signature}", f"{body}.", "...", "A.A.A.A", ""):
        assert tokens.hint(f"{encoded(header)}.{forged}") is None


@pytest.mark.parametrize(
    "token", ["", ".", "a.b.c.d.e", "é.é.é", "\0", "=.=.=", "." * 8000], ids=range(7)
)
def test_no_nonsense_breaks_the_reading_of_hints(tokens: IdTokens, token: str) -> None:
    assert tokens.hint(token) is None


def test_how_each_factor_was_proved_stands_in_the_token(tokens: IdTokens) -> None:
    proof = {"authenticator": "psc_card", "at": 1, "vouched_by": "https://psc.test"}
    written = tokens.write(client(), replace(TOLD, proofs=(proof,)), "access", None)
    body = json.loads(base64.urlsafe_b64decode(f"{written.split('.')[1]}=="))
    assert body["proofs"] == [proof]
