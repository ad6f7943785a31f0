"""A demo service believes the hub, and nobody else, that a session is over."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from hub_plugins.demo.backchannel import EVENT, Heard
from hub_plugins.demo.party import Party

NOW = 1_767_268_800
KEY, FOREIGN = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("ours", "ours"))
CLAIMS: Mapping[str, Any] = {
    "iss": "https://hub.test",
    "aud": "medimail",
    "sub": "ann",
    "sid": "s-1",
    "jti": "j-1",
    "iat": NOW,
    "exp": NOW + 120,
    "events": {EVENT: {}},
}


@pytest.fixture
def heard() -> Heard:
    party = Party(
        name="medimail",
        title="Medimail",
        address="https://mail.test",
        issuer="https://hub.test",
        client_id="medimail",
        client_secret="s" * 32,
        key="k" * 32,
        record="message",
        acr=None,
    )
    return Heard(party, lambda: KeySet([KEY]).as_dict(private=False), lambda: NOW)


def token(key: ECKey = KEY, typ: str = "logout+jwt", /, **changed: Any) -> str:
    claims = {name: said for name, said in {**CLAIMS, **changed}.items() if said is not None}
    return jwt.encode({"alg": "ES256", "kid": "ours", "typ": typ}, claims, key)


def test_the_session_named_is_over_and_no_other(heard: Heard) -> None:
    assert heard.hear(token())
    assert heard.over("s-1") and not heard.over("s-2")


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "emage"},
        {"iss": "https://thief.test"},
        {"iat": NOW - 600, "exp": NOW - 480},
        {"iat": NOW + 600, "exp": NOW + 720},
        {"nonce": "n"},
        {"events": {"other": {}}},
        *({name: None} for name in ("iss", "aud", "iat", "exp", "jti", "sid", "events")),
    ],
)
def test_a_token_that_is_no_notice_for_us_now_ends_nothing(
    heard: Heard, changed: dict[str, Any]
) -> None:
    assert not heard.hear(token(**changed))
    assert not heard.over("s-1")


def test_an_id_token_a_foreign_signature_and_noise_end_nothing(heard: Heard) -> None:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"logout+jwt"}').decode().rstrip("=")
    unsigned = f"{head}.{token().split('.')[1]}."
    for forged in (token(KEY, "JWT"), token(FOREIGN), unsigned, "noise", ""):
        assert not heard.hear(forged)
    assert not heard.over("s-1")


def test_the_same_notice_is_taken_once(heard: Heard) -> None:
    assert heard.hear(token())
    assert not heard.hear(token(sid="s-2"))
    assert not heard.over("s-2")


def test_what_is_remembered_has_a_bound(heard: Heard) -> None:
    for number in range(1001):
        assert heard.hear(token(sid=f"s-{number}", jti=f"j-{number}"))
    assert not heard.over("s-0") and heard.over("s-1000")
