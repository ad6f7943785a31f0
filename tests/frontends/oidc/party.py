"""A service side of the hub in process, with one browser and one service that speaks OIDC."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import func, select, text
from werkzeug.test import Client as Browser
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from hub.browser import Cookies
from hub.contract.identifiers import LoginId
from hub.contract.services import DeclaredPeer
from hub.contract.values import Json
from hub.broker.outcomes import Browser as Seen
from hub.federation.application import ServiceSide, make_federation
from hub.federation.mishaps import Mishap
from hub.testing.hub import MemoryHub, service
from hub.testing.settings import TableSettings
from hub.testing.tables import memory_database
from hub.testing.toolbox import MemoryClock, MemoryLeaving, MemorySessions, MemoryToolbox
from hub_frontends.oidc.grants import GrantBook
from hub_frontends.oidc.keys import JWS
from hub_frontends.oidc.tables import metadata
from hub_frontends.oidc import protocol_frontends

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

ISSUER = "https://hub.test"
BACK = "https://mail.test/back"
SECRET = "a secret of at least thirty-two letters"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")


def declared(client_id: str, /, **more: Json) -> dict[str, Json]:
    return {
        "client_id": client_id,
        "client_secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest(),
        "redirect_uris": [BACK],
        "post_logout_redirect_uris": ["https://mail.test/bye"],
        **more,
    }


def error_page(environ: "WSGIEnvironment", mishap: Mishap) -> "WSGIApplication":
    return Response(f"{mishap.code} {mishap.support}", status=mishap.status)


class HubClock(MemoryClock):
    """The same time for the broker and the frontend."""

    def __init__(self, hub: MemoryHub) -> None:
        super().__init__()
        self._hub = hub

    def __call__(self) -> datetime:
        return self._hub.now


class Party:
    """Services: `mail` asks little, `file` a high level; both with refresh tokens."""

    plugin: Mapping[str, Json] = {}
    """`[plugin.oidc]`."""

    def __init__(self, folder: Path, **mail: Json) -> None:
        mail = {"refresh_tokens": True, **mail}
        services = [
            replace(
                service("mail", claims=["given_name", "surname", "rpps", "situation"]),
                peer=DeclaredPeer(frontend="oidc", table=declared("mail", **mail)),
            ),
            replace(
                service("file", "high"),
                peer=DeclaredPeer(frontend="oidc", table=declared("file", refresh_tokens=True)),
            ),
        ]
        self.hub = MemoryHub(*services)
        unit_of_work, self.statements, self.engine = memory_database(metadata)
        self.toolbox = MemoryToolbox("oidc", time=HubClock(self.hub), unit_of_work=unit_of_work)
        self.toolbox.services.update({each.id: each for each in services})
        self.sessions: MemorySessions = MemorySessions()
        self.leaving: MemoryLeaving = MemoryLeaving()
        self.toolbox.sessions, self.toolbox.leaving = self.sessions, self.leaving
        settings = TableSettings(folder, oidc=self.plugin)
        side = ServiceSide(
            base_url=ISSUER,
            frontends=list(protocol_frontends(settings, services)),
            bind=lambda name: self.toolbox,
            broker=self.hub.broker,
            cookies=Cookies(secure=False),
            error_page=error_page,
        )
        self.wsgi = make_federation(side)
        self.endings = side.endings
        self.browser = Browser(self.wsgi)
        self.machine = Browser(self.wsgi, use_cookies=False)

    @property
    def book(self) -> GrantBook:
        return GrantBook(self.toolbox)

    def rows(self, table: str) -> int:
        with self.toolbox.unit_of_work() as database:
            return database.execute(select(func.count()).select_from(text(table))).scalar_one()

    def close(self) -> None:
        self.engine.dispose()

    def authorize(self, **asked: str | None) -> TestResponse:
        return self.browser.get("/oidc/authorize?" + query(**asked))

    def sign_in(self, arrived: TestResponse, *methods: str, identifier: str = "ann") -> None:
        """What the hub's own pages do between the two requests of the service side."""
        login = arrived.location.removeprefix("/login/")
        bound = self.browser.get_cookie("hub_browser")
        assert bound is not None
        session = self.hub.browser.session
        self.hub.browser = Seen(key=bound.value, session=session, source="127.0.0.0/24")
        self.hub.login = LoginId(login)
        for method in methods or ("password",):
            self.hub.prove(method, identifier)
        assert self.hub.browser.session
        self.browser.set_cookie("hub_session", self.hub.browser.session)

    def another_person(self) -> None:
        """Comes to the same browser, in which nobody is signed in any more."""
        self.hub.browser = replace(self.hub.browser, session=None)
        self.browser.delete_cookie("hub_session")

    def complete(self, arrived: TestResponse) -> TestResponse:
        return self.browser.get(arrived.location.replace("/login/", "/broker/complete/"))

    def code(self, *methods: str, **asked: str | None) -> str:
        """The code of a person who signs in."""
        arrived = self.authorize(**asked)
        if arrived.location.startswith("/login/"):
            self.sign_in(arrived, *methods)
            arrived = self.complete(arrived)
        return sent(arrived)["code"]

    def token(self, code: str, client: str = "mail", **form: str | None) -> TestResponse:
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **form,
        }
        return self.post("/oidc/token", client, **given)

    def refresh(self, token: str, client: str = "mail", **form: str | None) -> TestResponse:
        given = {"grant_type": "refresh_token", "refresh_token": token, **form}
        return self.post("/oidc/token", client, **given)

    def post(self, path: str, client: str = "mail", **form: str | None) -> TestResponse:
        given = {name: text for name, text in form.items() if text is not None}
        return self.machine.post(path, data=given, headers=basic(client, SECRET))

    def userinfo(self, token: str) -> TestResponse:
        return self.machine.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})

    def id_token(self, text: str) -> jwt.Token:
        """Verified with the published keys only."""
        jwks: Any = json.loads(self.machine.get("/oidc/jwks").data)
        return jwt.decode(text, KeySet.import_key_set(jwks), registry=JWS)


def query(**asked: str | None) -> str:
    given: dict[str, str | None] = {
        "client_id": "mail",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid profile national_id",
        "state": "st&te é",
        "nonce": "n-1",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
        **asked,
    }
    return urlencode({name: text for name, text in given.items() if text is not None})


def basic(client: str, secret: str) -> dict[str, str]:
    credentials = base64.b64encode(f"{client}:{secret.replace(' ', '+')}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}


def sent(response: TestResponse) -> Mapping[str, str]:
    """What a redirect to the service carries."""
    assert response.status_code == 303, response.data
    assert response.location.startswith(f"{BACK}?"), response.location
    return {name: text for name, [text] in parse_qs(urlsplit(response.location).query).items()}
