"""One code flow with a live session, every answer verified as a careful service would."""

import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet

from benchmarks.provider import Provider
from benchmarks.wire import Connection, WrongAnswer

_ALGORITHMS = ["RS256", "ES256"]


class Flow:
    """Bound to one connection; reads the provider's keys once."""

    def __init__(self, provider: Provider, connection: Connection) -> None:
        self._provider = provider
        self._connection = connection
        found = connection.get(provider.endpoints.jwks).expect(200)
        self._keys = KeySet.import_key_set(json.loads(found.body))
        named = f"{provider.client_id}:{provider.client_secret}".encode()
        self._basic = {"Authorization": f"Basic {base64.b64encode(named).decode()}"}

    def run(self) -> str:
        """Authorize, token, UserInfo; the subject. Anything unexpected raises `WrongAnswer`."""
        tokens = self.tokens()
        subject = self.claims(tokens)["sub"]
        if subject != tokens["sub"]:
            raise WrongAnswer("UserInfo speaks of somebody else")
        return subject

    def tokens(self) -> dict[str, str]:
        """Authorize and token: what the service was given, with the subject its ID token names."""
        verifier, state, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        code = self.authorize(verifier, state, nonce)
        answered = self._redeem(code, verifier)
        subject = self._verified(answered["id_token"], nonce)
        return {**answered, "sub": subject, "nonce": nonce}

    def claims(self, tokens: dict[str, str]) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        answer = self._connection.get(self._provider.endpoints.userinfo, bearer).expect(200)
        told: dict[str, str] = json.loads(answer.body)
        if told.get("given_name") != "Ann":
            raise WrongAnswer(f"UserInfo says {told}")
        return told

    def refreshed(self, tokens: dict[str, str]) -> dict[str, str]:
        """The next tokens, for the refresh token of the last ones."""
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        answered = self._post(self._provider.endpoints.token, form)
        # OIDC Core 12.2: it should carry no nonce, and oidc-provider repeats the first.
        if self._verified(answered["id_token"], tokens["nonce"], None) != tokens["sub"]:
            raise WrongAnswer("refreshed for somebody else")
        return {**tokens, **answered}

    def introspected(self, tokens: dict[str, str]) -> None:
        form = {"token": tokens["access_token"]}
        if self._post(self._provider.endpoints.introspection, form).get("active") is not True:
            raise WrongAnswer("a live token is called dead")

    def keys(self) -> None:
        answer = self._connection.get(self._provider.endpoints.jwks).expect(200)
        if not json.loads(answer.body)["keys"]:
            raise WrongAnswer("no keys")

    def authorize(self, verifier: str, state: str, nonce: str) -> str:
        """The code, for a browser whose session lives."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = {
            "client_id": self._provider.client_id,
            "redirect_uri": self._provider.redirect_uri,
            "response_type": "code",
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        path = f"{self._provider.endpoints.authorize}?{urlencode(query)}"
        answer = self._connection.get(path, {"Cookie": self._provider.cookie}).expect(302, 303)
        location = answer.header("location")
        told = parse_qs(urlsplit(location).query)
        if not location.startswith(self._provider.redirect_uri) or told.get("state") != [state]:
            raise WrongAnswer(f"sent to {location}")
        return told["code"][0]

    def _redeem(self, code: str, verifier: str) -> dict[str, str]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._provider.redirect_uri,
            "code_verifier": verifier,
        }
        return self._post(self._provider.endpoints.token, form)

    def _post(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        answer = self._connection.post(path, urlencode(form), self._basic).expect(200)
        answered: dict[str, Any] = json.loads(answer.body)
        return answered

    def _verified(self, id_token: str, *nonces: str | None) -> str:
        claims = jwt.decode(id_token, self._keys, algorithms=_ALGORITHMS).claims
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        ours = (claims["iss"], audience) == (self._provider.issuer, [self._provider.client_id])
        if not ours or claims.get("nonce") not in nonces:
            raise WrongAnswer("the ID token is not for this flow")
        return str(claims["sub"])
