"""A client that registered itself, with a key of its own, and plays its flows with it."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.conformance.high import ASSERTION
from tests.conformance.site import LEFT
from tests.conformance.suite import Suite, bearer, registry
from tests.conformance.target import Target


class JoinedSuite(Suite):
    """As the dynamic plan has it: private_key_jwt, and a new client for each module."""

    def __init__(self, target: Target) -> None:
        super().__init__(target, client="")
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.registered: Mapping[str, Any] = {}

    def described(self, **changed: Any) -> dict[str, Any]:
        """What it says of itself; `None` leaves a member out."""
        said = {
            "redirect_uris": [self.callback],
            "post_logout_redirect_uris": [f"{self.target.origin}{LEFT}"],
            "client_name": "Conformance",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [self.public()]},
            **changed,
        }
        return {name: told for name, told in said.items() if told is not None}

    def public(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    def apply(self, **changed: Any) -> httpx.Response:
        return self.http.post(self.known["registration_endpoint"], json=self.described(**changed))

    def join(self, **changed: Any) -> Mapping[str, Any]:
        answer = self.apply(**changed)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        self.registered = answer.json()
        self.client = self.registered["client_id"]
        return self.registered

    def refusal(self, **changed: Any) -> str:
        answer = self.apply(**changed)
        assert answer.status_code == 400, answer.text
        return str(answer.json()["error"])

    def managed(self, method: str, **said: Any) -> httpx.Response:
        """At the address that its registration named (RFC 7592)."""
        known = self.registered
        headers = bearer(known["registration_access_token"])
        address = known["registration_client_uri"]
        return self.http.request(method, address, headers=headers, json=said or None)

    def assertion(self, **changed: Any) -> str:
        now = self.target.now
        claims = {
            "iss": self.client,
            "sub": self.client,
            # As its modules address theirs, but for one: Core 9, not RFC 7523bis.
            "aud": self.known["token_endpoint"],
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
            **changed,
        }
        return self.signing(claims)

    def signing(self, claims: Mapping[str, Any], kind: str = "JWT") -> str:
        header = {"alg": "RS256", "kid": self.key.kid, "typ": kind}
        return jwt.encode(header, dict(claims), self.key, registry=registry)

    def token(self, **form: str | None) -> httpx.Response:
        shown = {"client_assertion_type": ASSERTION, "client_assertion": self.assertion()}
        sent = {name: text for name, text in {**shown, **form}.items() if text is not None}
        return self.http.post(self.known["token_endpoint"], data=sent)

    def plain(self, **asked: str) -> str:
        """An authorization address with nothing but *asked*."""
        return f"{self.known['authorization_endpoint']}?{urlencode(asked)}"
