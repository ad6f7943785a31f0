"""A whole hub in this process for the fuzzer, with live codes and tokens to start from."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

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


class Target:
    def __init__(self, running: RunningHub) -> None:
        self.app: Application = running.app.wsgi
        self._browser = Browser({HUB: running.app.wsgi, "https://party.test": Response("inside")})
        self._machine = Client(running.app.wsgi, use_cookies=False)

    def paths(self) -> list[str]:
        """As the frontend registers them; what may vary in one is anything."""
        federation: Any = self.app._federation  # type: ignore[attr-defined]
        frontend = federation.module_router.frontends["oidc"]["instance"]
        patterns = [pattern for pattern, _ in frontend.register_endpoints(["broker"])]
        return ["/" + _example(pattern) for pattern in patterns]

    def known(self) -> Known:
        tokens = self._tokens(self._code())
        session = "; ".join(f"{name}={text}" for name, text in self._browser.cookies().items())
        shown = {"Authorization": f"Bearer {tokens['access_token']}"}
        return Known(
            paths=self.paths(),
            forms=_forms(self._code(), tokens),
            headers=({"Cookie": session}, _basic("basic"), _basic("basic"), shown),
            values=("basic", "public", "post", BACK, BYE, SECRET, *map(str, tokens.values())),
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


@contextmanager
def target(folder: Path) -> Iterator[Target]:
    running = running_hub(
        folder,
        plugins=[*BASE["plugins"], "oidc"],
        service={
            "basic": _service("basic", client_secret_sha256=_digest(SECRET)),
            "post": _service(
                "post", client_secret_sha256=_digest(SECRET), token_endpoint_auth_method="post"
            ),
            "public": _service("public", token_endpoint_auth_method="none"),
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
