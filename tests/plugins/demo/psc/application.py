"""An application before the simulator, in this process: a browser in front, Authlib behind."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet

from hub_plugins.demo.psc.faults import Fault
from hub_plugins.demo.psc.issuer import make_issuer
from hub_plugins.demo.psc.provider import Provider
from hub_plugins.demo.psc.settings import Registered, Simulated
from hub_plugins.demo.psc.wallet import make_wallet
from tests.flows.browser import Browser, Page
from tests.flows.wsgi import back_channel

AUTH, WALLET, APP = "http://localhost:8003", "http://localhost:8004", "http://localhost:8009"
BACK = f"{APP}/back"
GONE = f"{APP}/gone"
SIMULATED = Simulated(
    auth=AUTH,
    wallet=WALLET,
    clients=(
        Registered(
            client_id="app",
            client_secret="s" * 32,
            redirect_uris=(BACK,),
            post_logout_redirect_uris=(GONE,),
            backchannel_logout_uri=f"{APP}/notice",
        ),
    ),
)
START = 1_767_268_800


@dataclass
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Application:
    clock: Clock = field(default_factory=Clock)
    posted: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Method and path of what went to the issuer behind the browser's back."""
    provider: Provider = field(init=False)
    verifier: str = "v" * 48
    nonce: str = ""

    def __post_init__(self) -> None:
        self.provider = Provider(SIMULATED, self.clock, lambda *sent: self.posted.append(sent))
        self.issuer = make_issuer(self.provider, self.paused.append)
        self.wallet = make_wallet(self.provider)
        self.client = back_channel(self.issuer, self.asked)(
            client_id="app",
            client_secret="s" * 32,
            redirect_uri=BACK,
            scope="openid scope_all",
            code_challenge_method="S256",
        )
        self.known = self.client.get(
            f"{SIMULATED.issuer}/.well-known/wallet-openid-configuration", withhold_token=True
        ).json()

    def browser(self) -> Browser:
        return Browser({AUTH: self.issuer, WALLET: self.wallet, APP: _echo})

    def leave(self, **asked: str) -> str:
        """Where this application sends the browser."""
        self.nonce = secrets.token_hex(32)
        address, _ = self.client.create_authorization_url(
            self.known["authorization_endpoint"],
            code_verifier=self.verifier,
            nonce=self.nonce,
            acr_values="eidas1",
            **asked,
        )
        return str(address)

    def by_card(self, key: str, browser: Browser | None = None, **asked: str) -> dict[str, Any]:
        """The tokens of somebody who came by card."""
        browser = browser or self.browser()
        return self.redeemed(card(browser, browser.open(self.leave(**asked)), key))

    def redeemed(self, page: Page) -> dict[str, Any]:
        token = self.client.fetch_token(
            self.known["token_endpoint"],
            code=brought(page)["code"],
            code_verifier=self.verifier,
        )
        return dict(token)

    def userinfo(self) -> Any:
        return self.client.get(self.known["userinfo_endpoint"])

    def claims(self, token: str) -> dict[str, Any]:
        keys = self.client.get(self.known["jwks_uri"], withhold_token=True).json()
        return jwt.decode(token, KeySet.import_key_set(keys), ["RS256"]).claims

    def spoil(self, *faults: Fault) -> None:
        """As somebody does on the page of faults."""
        browser = self.browser()
        form = browser.open(f"{WALLET}/simulation").form(asking="fault")
        browser.submit(form, {"fault": [str(each) for each in faults]})  # type: ignore[dict-item]


def card(browser: Browser, page: Page, key: str) -> Page:
    return browser.submit(page.form(asking="card"), {"card": key})


def brought(page: Page) -> dict[str, str]:
    """What the browser brought back to the application."""
    assert page.address.startswith(f"{APP}/"), page.words
    return dict(parse_qsl(urlsplit(page.address).query))


def _echo(environ: Any, start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"back"]
