"""Programs beside the browser: the software on a desk, an application on a telephone."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import Queue
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from hub_frontends.oidc.grant_types import TICKET
from hub_plugins.demo.desktop import Desk, session
from hub_plugins.demo.pharmacy import Pharmacy
from hub_plugins.demo.words import catalogues
from joserfc import jwt
from joserfc.jwk import ECKey
from requests.adapters import HTTPAdapter

from tests.peers.chromium import BOUND
from tests.peers.stories.camera import seen
from tests.peers.stories.neighbour import Neighbour
from tests.peers.stories.visit import Visit

SECONDS: Final = BOUND / 1000


class Here(HTTPAdapter):
    """The test sites exist in no DNS: they are on this machine, under certificates of their own."""

    def __init__(self, name: str) -> None:
        self._name = name
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> Any:
        named: dict[str, Any] = {"server_hostname": self._name, "assert_hostname": self._name}
        return super().init_poolmanager(*args, **{**more, **named})

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> Any:
        asked = urlsplit(str(request.url))
        request.headers["Host"] = asked.netloc
        request.url = asked._replace(netloc=f"127.0.0.1:{asked.port}").geturl()
        return super().send(request, *args, **more)


@dataclass
class Software:
    """One program that was started: what it says, and the address it opens."""

    neighbour: Neighbour
    said: list[str] = field(default_factory=list)
    opened: Queue[str] = field(default_factory=Queue)
    typed: Queue[str] = field(default_factory=Queue)
    ended: list[int] = field(default_factory=list)

    def start(self, language: str, number: str) -> str:
        """The address that it opens in the browser."""
        desk = Desk(
            say=self.said.append,
            ask=lambda _: self.typed.get(timeout=SECONDS),
            browse=self.opened.put,
            language=language,
            words=catalogues()[language],
        )
        self._desk, self._number = desk, number
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        return self.opened.get(timeout=SECONDS)

    def close(self) -> str:
        """By whoever keeps the portal's session; all that it said."""
        self.typed.put("q")
        self.typed.put("g")
        self._thread.join(SECONDS)
        assert self.ended == [0], self.said
        return "\n".join(self.said)

    def _run(self) -> None:
        hub, root = self.neighbour.town.hub, str(self.neighbour.root)

        class ByLoopback(OAuth2Session):  # type: ignore[misc]
            def __init__(self, *args: Any, **more: Any) -> None:
                super().__init__(*args, **more)
                # What this machine trusts otherwise stands before `verify`.
                self.trust_env, self.verify = False, root
                self.mount("https://", Here(hub.site.name))

        pharmacy = Pharmacy(hub.issuer, "pharmacie", ByLoopback)
        try:
            self.ended.append(session(pharmacy, self._desk, self._number))
        finally:
            pharmacy.close()


def challenge(verifier: str) -> str:
    return _plain(hashlib.sha256(verifier.encode()).digest())


def _plain(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def asked_by(
    tab: Visit, path: str, headers: Mapping[str, str] | None = None, /, **form: str
) -> tuple[int, dict[str, Any]]:
    """As a program does it, without the browser."""
    typed = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    with tab.town.hub.ask("POST", path, urlencode(form), typed) as answer:
        return answer.status, json.loads(answer.read())


class Telephone:
    """An application with a key of its own, which reads the screen."""

    def __init__(self, tab: Visit) -> None:
        self._tab = tab
        self._key = ECKey.generate_key("P-256")
        self.verifier = secrets.token_urlsafe(48)

    def reads(self) -> str:
        """The one-time code it is given for the ticket on the page."""
        shown = self._tab.page.locator("main img").first
        read = dict(parse_qsl(urlsplit(seen(str(shown.get_attribute("src")))).fragment))
        status, said = self._asks(
            "/oidc/ticket",
            ticket=read["ticket"],
            code_challenge=challenge(self.verifier),
            code_challenge_method="S256",
            device_name="Mon téléphone",
        )
        assert status == 200, said
        return str(said["code"])

    def redeems(self, code: str, verifier: str = "", *, key: bool = True) -> tuple[int, Any]:
        proof = {"DPoP": self._proof()} if key else {}
        return asked_by(
            self._tab,
            "/oidc/token",
            proof,
            client_id="pocket",
            grant_type=TICKET,
            code=code,
            code_verifier=verifier or self.verifier,
        )

    def refreshes(self, token: str) -> int:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "pocket"}
        return asked_by(self._tab, "/oidc/token", {"DPoP": self._proof()}, **form)[0]

    def _asks(self, path: str, **form: str) -> tuple[int, Any]:
        return asked_by(self._tab, path, None, client_id="pocket", **form)

    def _proof(self) -> str:
        public = self._key.as_dict(private=False)
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public}
        about = {"htm": "POST", "htu": f"{self._tab.hub}/oidc/token", "iat": int(time.time())}
        return jwt.encode(head, {"jti": secrets.token_urlsafe(8), **about}, self._key)
