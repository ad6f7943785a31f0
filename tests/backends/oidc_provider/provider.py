"""A provider built on pyop: it speaks the protocol well, and lies exactly as a test tells it."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from Cryptodome.PublicKey import RSA
from jwkest.jwk import RSAKey as PyopKey
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from pyop.authz_state import AuthorizationState
from pyop.exceptions import InvalidAuthorizationCode, InvalidClientAuthentication
from pyop.exceptions import InvalidTokenRequest
from pyop.provider import Provider
from pyop.subject_identifier import HashBasedSubjectIdentifierFactory
from pyop.userinfo import Userinfo

from hub import Clock

ISSUER = "https://provider.test"
CLIENT, SECRET = "hub", "s:cret+of%the-hub"
ANN = {"name": "Ann Martin", "rpps": "99700000001", "email": "ann@provider.test"}
_EVERY = JWSRegistry(algorithms=[*JWSRegistry.algorithms])
Key = RSAKey | ECKey | OKPKey


class LyingProvider:
    """`transport` answers for it; what a test sets in the attributes below is what comes out."""

    def __init__(self, clock: Clock, redirect_uri: str) -> None:
        self._clock = clock
        self.key: Key = one_key("one")
        self.keys: list[Key] = [self.key]
        """What it publishes."""
        self.alg = "RS256"
        self.claims: dict[str, Any] = {}
        """Put over those of its id_token; `None` takes one out."""
        self.header: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = dict(ANN)
        self.answers: dict[str, httpx.Response | Exception] = {}
        """By path: in the place of its own."""
        self.asked: list[httpx.Request] = []
        self.tampered: Callable[[str], str] = lambda token: token
        """What becomes of its id_token on the way."""
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "jwks_uri": f"{ISSUER}/keys",
            "end_session_endpoint": f"{ISSUER}/leave",
        }
        self._stock = _stock(redirect_uri)
        self.transport = httpx.MockTransport(self._answer)

    def authorize(self, address: str) -> dict[str, str]:
        """The parameters a browser brings back once Ann signed in there."""
        request = self._stock.parse_authentication_request(urlsplit(address).query)
        return dict(self._stock.authorize(request, "ann").to_dict())

    def signed(self, claims: Mapping[str, Any], **header: Any) -> str:
        """By its key, whatever stands in it."""
        head = {"alg": self.alg, "kid": self.key.kid, **header}
        said = {name: each for name, each in head.items() if each is not None}
        return jwt.encode(said, dict(claims), self.key, registry=_EVERY)

    def calls(self, path: str) -> list[httpx.Request]:
        return [each for each in self.asked if each.url.path == path]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path
        planted = self.answers.get(path)
        if isinstance(planted, Exception):
            raise planted
        if planted is not None:
            return planted
        match path:
            case "/token":
                return self._token(request)
            case "/userinfo":
                return self._userinfo(request)
            case "/keys":
                return httpx.Response(200, json=KeySet(list(self.keys)).as_dict(private=False))
            case _:
                return httpx.Response(200, json=self.metadata)

    def _token(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._stock.handle_token_request(
                request.content.decode(), {"Authorization": request.headers.get("Authorization")}
            ).to_dict()
        except InvalidClientAuthentication:
            return httpx.Response(401, json={"error": "invalid_client"})
        except (InvalidAuthorizationCode, InvalidTokenRequest):
            return httpx.Response(400, json={"error": "invalid_grant"})
        own = json.loads(_decoded(answer["id_token"].split(".")[1]))
        now = int(self._clock().timestamp())
        claims = {**own, "iat": now, "exp": now + 300, "auth_time": now, **self.claims}
        kept = {name: each for name, each in claims.items() if each is not None}
        answer["id_token"] = self.tampered(self.signed(kept, **self.header))
        return httpx.Response(200, json=answer)

    def _userinfo(self, request: httpx.Request) -> httpx.Response:
        headers = {"Authorization": request.headers["Authorization"]}
        said = self._stock.handle_userinfo_request(request.content.decode(), headers).to_dict()
        # Half signs and numbers without end too, which httpx would not write.
        text = json.dumps({**said, **self.userinfo})
        return httpx.Response(200, text=text, headers={"Content-Type": "application/json"})


def posted(request: httpx.Request) -> dict[str, str]:
    """The form in it."""
    return {name: each[0] for name, each in parse_qs(request.content.decode()).items()}


def _stock(redirect_uri: str) -> Provider:
    own = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/keys",
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
    }
    client = {
        "client_secret": SECRET,
        "redirect_uris": [redirect_uri],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    state = AuthorizationState(HashBasedSubjectIdentifierFactory("salt"))
    return Provider(_pyop_key(), own, state, {CLIENT: client}, Userinfo({"ann": dict(ANN)}))


@cache
def one_key(name: str) -> RSAKey:
    """Made once for all tests: making one takes a tenth of a second."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@cache
def _pyop_key() -> PyopKey:
    # What pyop signs with it is signed again.
    return PyopKey(kid="pyop", alg="RS256").load_key(RSA.generate(1024))


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
