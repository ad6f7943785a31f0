"""A FAPI 2.0 client: it signs who it is, pushes its requests, proves its key at every call."""

import secrets
from collections.abc import Mapping
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.conformance.suite import Suite, digest, registry
from tests.conformance.target import PRIVATE, Target
from tests.flows.browser import Page

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Key = ECKey | RSAKey


class HighSuite(Suite):
    def __init__(self, target: Target, client: str = "high", mode: str = "query") -> None:
        super().__init__(target, client, mode)
        self.with_pkce()
        self.key = PRIVATE[client]
        self.possessed = ECKey.generate_key("P-256")

    def assertion(self, alg: str = "", **changed: Any) -> str:
        """Who the client is; `None` leaves a claim out."""
        now = self.target.now
        claims = {
            "iss": self.client,
            "sub": self.client,
            "aud": self.target.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
            **changed,
        }
        return self._written({"alg": alg or _alg(self.key), "kid": self.key.kid}, claims, self.key)

    def proof(
        self, method: str, url: str, access: str | None = None, head: Any = None, **changed: Any
    ) -> str:
        key = self.possessed
        claims: dict[str, Any] = {
            "htm": method,
            "htu": url,
            "iat": self.target.now,
            "jti": secrets.token_urlsafe(16),
            "ath": digest(access) if access is not None else None,
            **changed,
        }
        named = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
        header = {
            name: said for name, said in {**named, **(head or {})}.items() if said is not None
        }
        return self._written(header, claims, key)

    def _written(self, header: Mapping[str, Any], claims: Mapping[str, Any], key: Key) -> str:
        said = {name: told for name, told in claims.items() if told is not None}
        return jwt.encode(dict(header), said, key, registry=registry)

    def identified(self, assertion: str | None = None) -> dict[str, str]:
        return {
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion or self.assertion(),
        }

    @property
    def par(self) -> str:
        return str(self.known["pushed_authorization_request_endpoint"])

    def push(
        self, assertion: str | None = None, proof: str | None = None, **asked: str | None
    ) -> httpx.Response:
        form = {**self.request(**asked), **self.identified(assertion)}
        headers = {"DPoP": proof} if proof else {}
        return self.http.post(self.par, data=form, headers=headers)

    def pushed(self, proof: str | None = None, **asked: str | None) -> str:
        """The name of a request that was kept."""
        answer = self.push(proof=proof, **asked)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        kept = answer.json()
        assert 0 < kept["expires_in"] < 600 and len(kept["request_uri"]) >= 22
        return str(kept["request_uri"])

    def bring(self, name: str, **beside: str) -> Page:
        address = self.address(client_id=self.client, request_uri=name, **beside)
        return self.answering(self.browser.open(address))

    def ask(self, **asked: str | None) -> Page:
        return self.bring(self.pushed(**asked))

    def token(self, proof: str | None = "", **form: str | None) -> httpx.Response:
        """*proof*: `None` sends none, empty a right one."""
        address = self.known["token_endpoint"]
        shown = self.proof("POST", address) if proof == "" else proof
        sent = {**self.identified(), **form}
        data = {name: text for name, text in sent.items() if text is not None}
        return self.http.post(address, data=data, headers={"DPoP": shown} if shown else {})

    def redeem(self, code: str, **form: str | None) -> httpx.Response:
        given = {"redirect_uri": self.callback, "code_verifier": self.verifier, "code": code}
        return self.token(**{"grant_type": "authorization_code", **given, **form})

    def tokens(self, **asked: str | None) -> Mapping[str, Any]:
        answer = self.redeem(self.code(**asked))
        assert answer.status_code == 200, answer.text
        tokens: Mapping[str, Any] = answer.json()
        assert tokens["token_type"] == "DPoP"
        return tokens

    def resource(
        self, access: str, scheme: str = "DPoP", proof: str | None = "", **changed: Any
    ) -> httpx.Response:
        """UserInfo, as the resource it protects."""
        address = self.known["userinfo_endpoint"]
        shown = self.proof("GET", address, access, **changed) if proof == "" else proof
        headers = {"Authorization": f"{scheme} {access}", **({"DPoP": shown} if shown else {})}
        return self.http.get(address, headers=headers)


def _alg(key: Key) -> str:
    return "ES256" if isinstance(key, ECKey) else "PS256"
