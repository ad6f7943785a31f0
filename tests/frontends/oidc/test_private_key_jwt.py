import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.contract.errors import ConfigErrors
from hub.contract.fetching import Fetched
from hub_frontends.oidc.purge import purge
from tests.frontends.oidc.party import ISSUER, SECRET, Party, basic
from tests.frontends.oidc.signing_client import (
    BY_KEY,
    Signer,
    error_of,
    made,
    public,
)

KEY = made("ES256", "k1")
NOBODY = (401, "invalid_client")
JWKS_URI = "https://mail.test/jwks"


@pytest.fixture
def signer(keys: Path) -> Iterator[Signer]:
    party = Party(keys, **BY_KEY, jwks=public(KEY))
    yield Signer(party, KEY)
    party.close()


@pytest.fixture
def publishing(keys: Path) -> Iterator[Signer]:
    party = Party(keys, **BY_KEY, jwks_uri=JWKS_URI)
    yield Signer(party, KEY)
    party.close()


def publish(party: Party, *sets: Any, url: str = JWKS_URI) -> None:
    [text] = sets
    body = json.dumps(text).encode()
    party.toolbox.fetcher.documents[url] = Fetched(body=body, content_type="application/json")


def test_a_client_that_signs_who_it_is_is_served(signer: Signer) -> None:
    assert signer.token(signer.party.code()).status_code == 200


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_every_published_algorithm_signs_assertions(keys: Path, alg: str) -> None:
    key = made(alg)
    party = Party(keys, **BY_KEY, jwks=public(key))
    assert Signer(party, key, alg).token(party.code()).status_code == 200
    party.close()


def test_the_client_may_be_named_beside_its_assertion_but_no_other(signer: Signer) -> None:
    named = signer.token(signer.party.code(), client_id="mail")
    assert named.status_code == 200
    assert error_of(signer.token(signer.party.code(), client_id="file")) == NOBODY


def test_an_assertion_works_once(signer: Signer) -> None:
    shown = signer.proving()
    assert signer.token(signer.party.code(), **shown).status_code == 200
    assert error_of(signer.token(signer.party.code(), **shown)) == NOBODY


def test_an_assertion_is_remembered_as_long_as_it_holds_and_no_longer(signer: Signer) -> None:
    signer.token(signer.party.code())
    assert signer.party.rows("oidc_seen") == 1
    signer.party.hub.later(seconds=89)
    purge(signer.party.toolbox)
    assert signer.party.rows("oidc_seen") == 1
    signer.party.hub.later(seconds=2)
    purge(signer.party.toolbox)
    assert signer.party.rows("oidc_seen") == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "file"},
        {"iss": None},
        {"sub": "file"},
        {"sub": None},
        {"sub": ["mail"]},
        {"aud": None},
        {"aud": "https://another.test"},
        {"aud": f"{ISSUER}/"},
        {"aud": f"{ISSUER}/oidc/token"},
        {"aud": [ISSUER, "https://another.test"]},
        {"aud": []},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 257},
        {"iat": "now"},
    ],
    ids=str,
)
def test_an_assertion_with_a_wrong_claim_is_nobody(
    signer: Signer, claims: Mapping[str, Any]
) -> None:
    shown = signer.proving(signer.assertion(**claims))
    assert error_of(signer.token(signer.party.code(), **shown)) == NOBODY


@pytest.mark.parametrize(
    ("claim", "after", "status"),
    [
        ("exp", -300, 401),
        ("exp", -31, 401),
        ("exp", -10, 200),
        ("exp", 3601, 401),
        ("nbf", 10, 200),
        ("nbf", 61, 401),
        ("iat", 10, 200),
        ("iat", 61, 401),
    ],
)
def test_clocks_may_differ_a_little(signer: Signer, claim: str, after: int, status: int) -> None:
    shown = signer.proving(signer.assertion(**{claim: signer.now + after}))
    assert signer.token(signer.party.code(), **shown).status_code == status


def test_a_list_that_names_the_issuer_alone_is_taken(signer: Signer) -> None:
    shown = signer.proving(signer.assertion(aud=[ISSUER]))
    assert signer.token(signer.party.code(), **shown).status_code == 200


def test_the_token_endpoint_as_audience_is_taken_from_who_is_allowed_it(keys: Path) -> None:
    party = Party(keys, **BY_KEY, jwks=public(KEY), assertion_for_token_endpoint=True)
    signer = Signer(party, KEY)
    for audience, status in (("/oidc/token", 200), ("/oidc/revoke", 401)):
        shown = signer.proving(signer.assertion(aud=f"{ISSUER}{audience}"))
        assert signer.token(party.code(), **shown).status_code == status
    party.close()


@pytest.mark.parametrize("kind", ["oauth-authz-req+jwt", "dpop+jwt", "at+jwt", "logout+jwt"])
def test_another_kind_of_token_of_the_same_client_is_no_assertion(
    signer: Signer, kind: str
) -> None:
    shown = signer.proving(signer.assertion({"typ": kind}))
    assert error_of(signer.token(signer.party.code(), **shown)) == NOBODY


def test_a_token_of_ours_is_no_assertion(signer: Signer) -> None:
    tokens = signer.token(signer.party.code()).get_json()
    for shown in (tokens["id_token"], tokens["access_token"], "a.b.c", "", "…"):
        answer = signer.token(signer.party.code(), **signer.proving(shown), client_id="mail")
        assert error_of(answer) == NOBODY


def test_a_foreign_key_or_an_algorithm_not_registered_signs_nothing(keys: Path) -> None:
    rsa = made("RS256", "k1")
    only = {"token_endpoint_auth_signing_alg": "PS256"}
    party = Party(keys, **BY_KEY, jwks=public(rsa), **only)
    foreign = Signer(party, made("PS256", "k1"), "PS256")
    assert error_of(foreign.token(party.code())) == NOBODY
    assert error_of(Signer(party, rsa, "RS256").token(party.code())) == NOBODY
    assert Signer(party, rsa, "PS256").token(party.code()).status_code == 200
    party.close()


@pytest.mark.parametrize("header", ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9", "W10", "bnVsbA"])
def test_an_unsigned_assertion_is_nobody(signer: Signer, header: str) -> None:
    _, claims, signature = signer.assertion().split(".")
    for last in (signature, ""):
        shown = signer.proving(f"{header}.{claims}.{last}")
        assert error_of(signer.token(signer.party.code(), **shown)) == NOBODY


def test_the_type_of_the_assertion_must_be_said(signer: Signer) -> None:
    for kind in (None, "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"):
        shown: dict[str, str | None] = {**signer.proving(), "client_assertion_type": kind}
        assert error_of(signer.token(signer.party.code(), **shown)) == NOBODY


def test_an_assertion_beside_a_secret_is_refused(signer: Signer) -> None:
    assert error_of(signer.token(signer.party.code(), client_secret=SECRET)) == (
        400,
        "invalid_request",
    )
    answer = signer.token(signer.party.code(), basic("mail", SECRET))
    assert error_of(answer) == (400, "invalid_request")


def test_a_client_with_keys_is_not_known_by_a_secret_nor_the_other_way(
    signer: Signer, party: Party
) -> None:
    assert error_of(signer.party.token(signer.party.code())) == NOBODY
    theirs = Signer(party, KEY)
    assert error_of(theirs.token(party.code())) == NOBODY


def test_of_two_keys_with_one_id_the_right_one_is_found(keys: Path) -> None:
    twin, rsa = made("ES256", "k1"), made("RS256", "k1")
    encryption = made("ES256", "k1")
    mixed = [*public(encryption, use="enc")["keys"], *public(rsa, twin, KEY)["keys"]]
    party = Party(keys, **BY_KEY, jwks={"keys": mixed})
    assert Signer(party, KEY).token(party.code()).status_code == 200
    assert Signer(party, twin).token(party.code()).status_code == 200
    assert Signer(party, rsa, "RS256").token(party.code()).status_code == 200
    assert error_of(Signer(party, encryption).token(party.code())) == NOBODY
    party.close()


def test_a_key_for_one_algorithm_verifies_no_other(keys: Path) -> None:
    key = made("RS256", "k1")
    party = Party(keys, **BY_KEY, jwks=public(key, alg="PS256"))
    assert Signer(party, key, "PS256").token(party.code()).status_code == 200
    assert error_of(Signer(party, key, "RS256").token(party.code())) == NOBODY
    party.close()


def test_keys_are_read_where_the_client_publishes_them(publishing: Signer) -> None:
    publish(publishing.party, public(KEY))
    assert publishing.token(publishing.party.code()).status_code == 200


def test_a_new_key_of_the_client_is_fetched_when_first_seen(publishing: Signer) -> None:
    party = publishing.party
    publish(party, public(made("ES256", "k0")))
    renewed = party.toolbox.fetcher.renewed
    asked: list[str] = []

    def fresh(url: str) -> Any:
        asked.append(url)
        publish(party, public(KEY))
        return renewed(url)

    party.toolbox.fetcher.renewed = fresh  # type: ignore[method-assign]
    assert publishing.token(party.code()).status_code == 200
    assert publishing.token(party.code()).status_code == 200
    assert asked == [JWKS_URI]


@pytest.mark.parametrize(
    "published", [None, [], {"keys": 1}, {"keys": [1]}, {}, "x", {"keys": [{"kty": "EC"}]}], ids=str
)
def test_a_set_that_is_none_makes_nobody(publishing: Signer, published: Any) -> None:
    publish(publishing.party, published)
    assert error_of(publishing.token(publishing.party.code())) == NOBODY


def test_a_client_whose_keys_cannot_be_fetched_is_nobody(publishing: Signer) -> None:
    assert error_of(publishing.token(publishing.party.code())) == NOBODY


def test_a_published_set_that_shows_a_private_key_is_not_believed(publishing: Signer) -> None:
    leaked = made("ES256", "k2").as_dict(private=True)
    publish(publishing.party, {"keys": [*public(KEY)["keys"], leaked]})
    assert error_of(publishing.token(publishing.party.code())) == NOBODY


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"jwks": None}, "jwks"),
        ({"jwks": public(KEY), "jwks_uri": JWKS_URI}, "jwks"),
        ({"jwks": {"keys": [KEY.as_dict(private=True)]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, "jwks"),
        ({"jwks": {"keys": []}}, "jwks"),
        ({"jwks": {}}, "jwks"),
        ({"jwks_uri": "http://mail.test/jwks"}, "jwks_uri"),
        ({"jwks": public(KEY), "client_secret_sha256": "0" * 64}, "client_secret_file"),
    ],
    ids=["none", "two", "private", "symmetric", "empty", "no set", "http", "with secret"],
)
def test_a_table_whose_keys_cannot_work_stops_the_start(
    keys: Path, table: dict[str, Any], key: str
) -> None:
    with pytest.raises(ConfigErrors) as caught:
        Party(keys, **{**BY_KEY, **table})
    assert [error.path for error in caught.value.errors] == [f"service.mail.oidc.{key}"]


def test_discovery_names_what_may_sign(signer: Signer) -> None:
    said = signer.party.machine.get("/.well-known/openid-configuration").get_json()
    assert "private_key_jwt" in said["token_endpoint_auth_methods_supported"]
    assert said["token_endpoint_auth_signing_alg_values_supported"] == [
        "RS256",
        "PS256",
        "ES256",
        "EdDSA",
    ]


def test_who_guesses_secrets_waits_and_others_do_not(party: Party) -> None:
    def guess(secret: str, source: str = "192.0.2.7") -> tuple[int, str | None]:
        answer = party.machine.post(
            "/oidc/revoke",
            data={"token": "x"},
            headers=basic("mail", secret),
            environ_overrides={"REMOTE_ADDR": source},
        )
        return answer.status_code, answer.headers.get("Retry-After")

    assert [guess("wrong") for _ in range(10)] == [(401, None)] * 10
    # Not even the right secret: its answer would tell the guesser that it was right.
    assert guess(SECRET) == (429, "301")
    assert guess(SECRET, "198.51.100.1") == (200, None)
    party.hub.later(seconds=301)
    assert guess(SECRET) == (200, None)


def test_a_client_that_is_right_again_has_all_its_tries(party: Party) -> None:
    form, headers = {"token": "x"}, basic("mail", "wrong")
    for _ in range(3):
        for _ in range(9):
            wrong = party.machine.post("/oidc/revoke", headers=headers, data=form)
            assert wrong.status_code == 401
        assert party.post("/oidc/revoke", **form).status_code == 200
