"""A whole hub in this process for the fuzzer, with live codes and tokens to start from."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.test import Client
from werkzeug.wrappers import Response

from hub.contract.accounts import Account, Contact, Identifier
from hub.contract.identifiers import AccountId, ChannelKind
from hub.testing.running import BASE, RunningHub, running_hub
from tests.flows.browser import Browser
from tests.flows.steps import with_password
from tests.flows.wsgi import Application
from tests.fuzzing.sent import Known

HUB = "https://hub.test"
BACK = "https://party.test/back"
BYE = "https://party.test/bye"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECRET = "a secret of at least thirty-two letters"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
PHRASE = "violet harbour ladder nineteen"
ANN = Account(
    id=AccountId("a-1"),
    display_name="Ann Martin",
    identifiers=(Identifier(system="login", number="ann"),),
    contacts=(Contact(kind=ChannelKind("mail"), address="ann@hub.test", validated=True),),
    attributes={"given_name": ("Ann",), "email": ("ann@hub.test",)},
)
AUTHORIZATION = {
    "client_id": "basic",
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid profile email",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE.decode(),
    "code_challenge_method": "S256",
}
REGISTERED = (BACK, BYE)
KEY = ECKey.generate_key("P-256", auto_kid=True)
OPEN = {
    "registration": "open",
    "registration_approval": False,
    "registration_minimum": "simple",
    "registrations_per_hour": 1_000_000,
}
DOCUMENT = {
    "redirect_uris": [BACK],
    "client_name": "Party",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [KEY.as_dict(private=False)]},
    "scope": "openid profile",
    "id_token_signed_response_alg": "ES256",
    "subject_type": "pairwise",
    "default_max_age": 3600,
    "contacts": ["a@party.test"],
    "tos_uri": "https://party.test/tos",
}


class Target:
    def __init__(self, running: RunningHub) -> None:
        self.app: Application = running.app.wsgi
        self._clock = running.clock
        self._browser = Browser({HUB: running.app.wsgi, "https://party.test": Response("inside")})
        self._machine = Client(running.app.wsgi, use_cookies=False)

    def paths(self) -> list[str]:
        """As the frontend registers them; what may vary in one is anything."""
        federation: Any = self.app._federation  # type: ignore[attr-defined]
        frontend = federation.module_router.frontends["oidc"]["instance"]
        patterns = [pattern for pattern, _ in frontend.register_endpoints(["broker"])]
        return ["/" + _example(pattern) for pattern in patterns]

    def known(self) -> Known:
        # Who guessed too often in the last round may try again.
        self._clock.later(minutes=6)
        tokens, joined = self._tokens(self._code()), self._joined()
        session = "; ".join(f"{name}={text}" for name, text in self._browser.cookies().items())
        shown = {"Authorization": f"Bearer {tokens['access_token']}"}
        managing = {"Authorization": f"Bearer {joined['registration_access_token']}"}
        mine = str(joined["registration_client_uri"]).removeprefix(HUB)
        return Known(
            paths=[*self.paths(), mine],
            forms=(*_forms(self._code(), tokens), *self._signed_forms(), ("PUT", mine, {})),
            headers=(
                *({"Cookie": session}, _basic("basic"), _basic("basic"), shown, managing),
                {"DPoP": self._proof("/oidc/token", "POST"), **_basic("basic")},
                {"DPoP": self._proof("/oidc/userinfo", "GET"), **shown},
            ),
            values=("basic", "public", "post", BACK, BYE, SECRET, *map(str, tokens.values())),
            document=DOCUMENT,
        )

    def _code(self) -> str:
        page = self._browser.open(f"{HUB}/oidc/authorize?{urlencode(AUTHORIZATION)}")
        if page.has("identifier"):
            page = with_password(self._browser, page, "ann", PHRASE)
        return parse_qs(urlsplit(page.address).query)["code"][0]

    def _tokens(self, code: str) -> dict[str, Any]:
        answer = self._machine.post("/oidc/token", data=_redeeming(code), headers=_basic("basic"))
        tokens: dict[str, Any] = answer.get_json()
        return tokens

    def _joined(self) -> dict[str, Any]:
        answer = self._machine.post("/oidc/register", json=DOCUMENT)
        joined: dict[str, Any] = answer.get_json()
        return joined

    def _signed_forms(self) -> tuple[tuple[str, str, dict[str, str]], ...]:
        assertion = {"iss": "signing", "sub": "signing", "aud": HUB, "jti": token_urlsafe(8)}
        shown = {"client_assertion_type": ASSERTION, "client_assertion": self._signed(assertion)}
        request = {**AUTHORIZATION, "client_id": "signing", "aud": HUB, "iss": "signing"}
        by_value = self._signed(request, {"typ": "oauth-authz-req+jwt"})
        return (
            ("POST", "/oidc/par", {**AUTHORIZATION, "client_id": "signing", **shown}),
            ("POST", "/oidc/token", {**_redeeming("nothing"), **shown}),
            ("GET", "/oidc/authorize", {"client_id": "signing", "request": by_value}),
        )

    def _proof(self, path: str, method: str) -> str:
        said = {"htm": method, "htu": f"{HUB}{path}", "jti": token_urlsafe(8)}
        return self._signed(said, {"typ": "dpop+jwt", "jwk": KEY.as_dict(private=False)})

    def _signed(self, said: dict[str, Any], header: dict[str, Any] | None = None) -> str:
        now = int(self._clock().timestamp())
        claims = {**said, "iat": now, "nbf": now, "exp": now + 300}
        head = {"alg": "ES256", "kid": KEY.kid, **(header or {})}
        return jwt.encode(head, claims, KEY)


@contextmanager
def target(folder: Path) -> Iterator[Target]:
    running = running_hub(
        folder,
        plugins=[*BASE["plugins"], "oidc"],
        plugin={"oidc": OPEN},
        service={
            "basic": _service("basic", client_secret_sha256=_digest(SECRET)),
            "post": _service(
                "post", client_secret_sha256=_digest(SECRET), token_endpoint_auth_method="post"
            ),
            "public": _service("public", token_endpoint_auth_method="none"),
            "signing": _service(
                "signing",
                token_endpoint_auth_method="private_key_jwt",
                jwks={"keys": [KEY.as_dict(private=False)]},
            ),
        },
    )
    running.settle(ANN, password=PHRASE)
    yield Target(running)
    running.app.database.engine.dispose()


def _service(name: str, **more: Any) -> dict[str, Any]:
    return {
        "title": name.capitalize(),
        "minimum": "simple",
        "claims": ["given_name", "email"],
        "frontend": "oidc",
        "oidc": {
            "client_id": name,
            "redirect_uris": [BACK],
            "post_logout_redirect_uris": [BYE],
            "refresh_tokens": True,
            **more,
        },
    }


def _forms(code: str, tokens: dict[str, Any]) -> tuple[tuple[str, str, dict[str, str]], ...]:
    access, refresh, hint = (
        str(tokens[name]) for name in ("access_token", "refresh_token", "id_token")
    )
    posted = {"client_id": "post", "client_secret": SECRET}
    asked = {**AUTHORIZATION, "id_token_hint": hint, "max_age": "60", "response_mode": "form_post"}
    return (
        ("GET", "/oidc/authorize", AUTHORIZATION),
        ("GET", "/oidc/authorize", {**AUTHORIZATION, "client_id": "public", "prompt": "none"}),
        ("GET", "/oidc/authorize", asked),
        ("POST", "/oidc/token", _redeeming(code)),
        ("POST", "/oidc/token", {**_redeeming(code), **posted}),
        ("POST", "/oidc/token", {"grant_type": "refresh_token", "refresh_token": refresh}),
        ("POST", "/oidc/revoke", {"token": access, "token_type_hint": "access_token"}),
        ("POST", "/oidc/userinfo", {"access_token": access}),
        ("POST", "/oidc/introspect", {"token": access}),
        ("POST", "/oidc/par", AUTHORIZATION),
        ("POST", "/oidc/register", {}),
        ("POST", "/oidc/device_authorization", {"scope": "openid"}),
        ("GET", "/oidc/device", {"user_code": "BCDF-GHJK"}),
        ("POST", "/oidc/ticket", {"ticket": "nothing", "client_id": "public"}),
        ("GET", "/oidc/end_session", {"id_token_hint": hint, "post_logout_redirect_uri": BYE}),
    )


def _redeeming(code: str) -> dict[str, str]:
    known = {"redirect_uri": BACK, "code_verifier": VERIFIER}
    return {"grant_type": "authorization_code", "code": code, **known}


def _basic(client: str) -> dict[str, str]:
    text = f"{client}:{SECRET.replace(' ', '+')}"
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _example(pattern: str) -> str:
    plain = re.sub(r"\([^)]*\)|\[[^]]*\][+*]?", "x", pattern.strip("^$"))
    return plain.replace("\\", "")
