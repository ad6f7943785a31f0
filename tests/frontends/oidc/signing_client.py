"""A client that signs: assertions, request objects and proofs, right unless a test says how not."""

import base64
import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey
from werkzeug.test import TestResponse

from hub.contract.values import Json
from hub_frontends.oidc.client_keys import FOREIGN
from tests.frontends.oidc.party import BACK, CHALLENGE, ISSUER, VERIFIER, Party

Key = RSAKey | ECKey | OKPKey
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BY_KEY: dict[str, Json] = {
    "token_endpoint_auth_method": "private_key_jwt",
    "client_secret_sha256": None,
}


def made(alg: str, kid: str | None = None) -> Key:
    parameters: Any = {"kid": kid} if kid else None
    match alg:
        case "RS256" | "PS256":
            return RSAKey.generate_key(2048, parameters)
        case "ES256":
            return ECKey.generate_key("P-256", parameters)
        case _:
            return OKPKey.generate_key("Ed25519", parameters)


def public(*keys: Key, **members: str) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False, **members) for key in keys]}


class Signer:
    def __init__(self, party: Party, key: Key, alg: str = "ES256", client: str = "mail") -> None:
        self.party = party
        self.key = key
        self.alg = alg
        self.client = client

    @property
    def now(self) -> int:
        return int(self.party.toolbox.time().timestamp())

    def signed(
        self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None, **other: Any
    ) -> str:
        """*claims* that are `None` are left out; *other*: `key`."""
        kept = {name: said for name, said in claims.items() if said is not None}
        head = {
            "alg": self.alg,
            **({"kid": self.key.kid} if self.key.kid else {}),
            **(header or {}),
        }
        head = {name: said for name, said in head.items() if said is not None}
        return self.signed_text(json.dumps(kept), head, other.get("key"))

    def signed_text(
        self, claims: str, header: Mapping[str, Any] | None = None, key: Key | None = None
    ) -> str:
        """Written by hand: what no library would write must be tried too."""
        head = json.dumps(header or {"alg": self.alg})
        text = f"{_encoded(head.encode())}.{_encoded(claims.encode())}"
        signature = FOREIGN.get_alg(self.alg).sign(text.encode(), key or self.key)
        return f"{text}.{_encoded(signature)}"

    def assertion(self, header: Mapping[str, Any] | None = None, /, **claims: Any) -> str:
        return self.signed(
            {
                "iss": self.client,
                "sub": self.client,
                "aud": ISSUER,
                "jti": secrets.token_urlsafe(8),
                "exp": self.now + 60,
                **claims,
            },
            header,
        )

    def proving(self, assertion: str | None = None) -> dict[str, str]:
        shown = self.assertion() if assertion is None else assertion
        return {"client_assertion_type": JWT_BEARER, "client_assertion": shown}

    def request(self, header: Mapping[str, Any] | None = None, /, **claims: Any) -> str:
        """A request object."""
        return self.signed(
            {
                "iss": self.client,
                "aud": ISSUER,
                "client_id": self.client,
                "nbf": self.now,
                "exp": self.now + 300,
                "redirect_uri": BACK,
                "response_type": "code",
                "scope": "openid profile",
                "state": "inner",
                "code_challenge": CHALLENGE.decode(),
                "code_challenge_method": "S256",
                **claims,
            },
            header,
        )

    def proof(
        self,
        path: str = "/oidc/token",
        header: Mapping[str, Any] | None = None,
        token: str | None = None,
        **claims: Any,
    ) -> str:
        """Of possession of the key, for a POST unless `htm` says otherwise."""
        head = {"typ": "dpop+jwt", "kid": None, "jwk": self.key.as_dict(private=False)}
        about = {"ath": _hash(token)} if token is not None else {}
        return self.signed(
            {
                "jti": secrets.token_urlsafe(8),
                "htm": "POST",
                "htu": f"{ISSUER}{path}",
                "iat": self.now,
                **about,
                **claims,
            },
            {**head, **(header or {})},
        )

    def push(self, headers: Mapping[str, str] | None = None, /, **form: str | None) -> TestResponse:
        asked: dict[str, str | None] = {
            "client_id": self.client,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "openid profile",
            "state": "pushed",
            "code_challenge": CHALLENGE.decode(),
            "code_challenge_method": "S256",
            **self.proving(),
            **form,
        }
        return self.post("/oidc/par", headers, **asked)

    def token(
        self, code: str, headers: Mapping[str, str] | None = None, /, **form: str | None
    ) -> TestResponse:
        return self.post(
            "/oidc/token",
            headers,
            grant_type="authorization_code",
            code=code,
            redirect_uri=BACK,
            code_verifier=VERIFIER,
            **{**self.proving(), **form},
        )

    def refresh(
        self, token: str, headers: Mapping[str, str] | None = None, /, **form: str | None
    ) -> TestResponse:
        asked = {"grant_type": "refresh_token", "refresh_token": token, **self.proving(), **form}
        return self.post("/oidc/token", headers, **asked)

    def post(
        self, path: str, headers: Mapping[str, str] | None = None, /, **form: str | None
    ) -> TestResponse:
        given = {name: text for name, text in form.items() if text is not None}
        return self.party.machine.post(path, data=given, headers=dict(headers or {}))

    def userinfo(self, token: str, scheme: str = "DPoP", **claims: Any) -> TestResponse:
        """With a fresh proof of possession."""
        said = {"htm": "GET", "token": token, **claims}
        headers = {
            "Authorization": f"{scheme} {token}",
            "DPoP": self.proof("/oidc/userinfo", **said),
        }
        return self.party.machine.get("/oidc/userinfo", headers=headers)


def error_of(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json().get("error", "")


def _hash(token: str) -> str:
    return _encoded(sha256(token.encode()).digest())


def _encoded(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()
