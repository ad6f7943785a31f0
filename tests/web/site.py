"""A site over a hub in memory, and a browser that keeps cookies and reads forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from hmac import new
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from hub.contract.identifiers import ServiceId
from hub.contract.login import LoginRequest
from hub.contract.services import Access, DeclaredPeer, Launch, Service, Tile
from hub.contract.values import Json
from hub.broker.outcomes import Pending
from hub.broker.records import SessionKey
from hub.browser import Cookies, Headers
from hub.testing.departures import MemoryDepartures
from hub.testing.hub import MemoryHub, service
from hub.testing.policies import TwoFactors
from hub.web.parts import Help, Parts
from hub.web.site import make_site
from hub.web.words import read_words

ADDRESS = "https://hub.test"
WEB = Path(__file__).parents[2] / "hub" / "web"

FIELDS = """{% from "hub/fields.html" import field, secret, submit %}"""
PASSWORD = (
    FIELDS
    + """{{ field("identifier", "Identifiant", typed.get("identifier", ""), "username") }}
{{ secret("secret", "Mot de passe") }}{{ submit(t("form.go_on")) }}"""
)
ONE_SECRET = FIELDS + """{{ secret("secret", "Code") }}{{ submit(t("form.go_on")) }}"""
CARD = (
    FIELDS + """{{ field("identifier", "Carte") }}{{ secret("secret", "PIN") }}{{ submit("OK") }}"""
)
TERMS = FIELDS + """<p>Texte</p>{{ submit("Accepter", "accepted", "yes") }}"""
WORDS = {
    "code.name": "Code envoyé",
    "code.hint": "par SMS",
    "refusal.password.wrong": "Identifiant ou mot de passe incorrect.",
    "refusal.password.wrong.next": "Recommencez.",
    "refusal.code.wrong": "Code incorrect.",
    "refusal.code.wrong.next": "Recommencez.",
    "terms.title": "Conditions d’utilisation",
}


class FakeSeal:
    """Digests truly; closes nothing."""

    def close(self, plain: bytes, purpose: str) -> bytes:
        return plain

    def open(self, sealed: bytes, purpose: str) -> bytes:
        return sealed

    def digest(self, text: str, purpose: str) -> str:
        return new(b"for tests", f"{purpose}\0{text}".encode(), sha256).hexdigest()


class MemoryBox:
    """Things found exactly once."""

    def __init__(self) -> None:
        self.kept: dict[str, Mapping[str, Json]] = {}

    def put(self, key: str, content: Mapping[str, Json], *, seconds: int) -> None:
        self.kept[key] = content

    def take(self, key: str) -> Mapping[str, Json] | None:
        return self.kept.pop(key, None)


def plugin_folder(root: Path) -> Path:
    """Templates and words of the stand-in methods."""
    folder = root / "fakes"
    (folder / "templates").mkdir(parents=True)
    (folder / "locale").mkdir()
    texts = {"password": PASSWORD, "code": ONE_SECRET, "card": CARD, "terms": TERMS}
    texts["situation"] = TERMS
    for name, text in texts.items():
        (folder / "templates" / f"{name}.html").write_text(text, encoding="utf-8")
    for tag in ("fr", "en"):
        book = "".join(f'msgid "{key}"\nmsgstr "{text}"\n\n' for key, text in WORDS.items())
        (folder / "locale" / f"{tag}.po").write_text(book, encoding="utf-8")
    return folder


OWN = Service(id=ServiceId("portal"), access=Access(minimum="low"))


def connected(name: str, minimum: str = "low", *requires: str) -> Service:
    """A service with a protocol of its own, at its own address."""
    return replace(
        service(name, minimum, *requires),
        tile=Tile(title=name.title(), summary="A service", icon="mail"),
        launch=Launch(address=f"https://{name}.test/start"),
        peer=DeclaredPeer(frontend="oidc", table={"redirect_uris": [f"https://{name}.test/cb"]}),
    )


@dataclass
class Site:
    """The site, the hub behind it, and one browser in front."""

    hub: MemoryHub
    parts: Parts
    app: Flask
    box: MemoryBox
    departures: MemoryDepartures
    client: Client = field(init=False)
    _drawn_for: dict[str, str] = field(default_factory=dict)
    """By browser, for whom its last page was drawn."""

    def __post_init__(self) -> None:
        self.client = self.another()

    def another(self) -> Client:
        return self.app.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        answer = self.client.get(path, base_url=ADDRESS, **more)
        if self.session():
            self.csrf()
        return answer

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(
            path, data={"csrf": self.csrf(), **fields}, base_url=ADDRESS, headers=SAME
        )

    def csrf(self) -> str:
        """As the page holds it that was drawn last, before a session was over."""
        key = self.key()
        if found := self.hub.records.session(SessionKey(self.session() or "-")):
            self._drawn_for[key] = self.parts.seal.digest(found.account, "form")[:16]
        whose = self._drawn_for.get(key, "")
        bound = self.parts.seal.digest(f"{key}\0{whose}" if whose else key, "csrf")
        return f"{bound}_{whose}" if whose else bound

    def key(self) -> str:
        """What binds this browser; a first visit is made when it has none yet."""
        if (cookie := self.client.get_cookie("__Host-browser", "hub.test")) is None:
            self.get("/help")
            cookie = self.client.get_cookie("__Host-browser", "hub.test")
        assert cookie
        return cookie.value

    def session(self) -> str | None:
        cookie = self.client.get_cookie("__Host-hub", "hub.test")
        return cookie.value if cookie else None

    def arrive(self, name: str, **more: Any) -> str:
        """A service sends the browser; the path of the sign-in page."""
        request = LoginRequest(service=ServiceId(name), received_at=self.hub.now, **more)
        sent = f"__Host-browser={self.key()}; __Host-hub={self.session() or ''}"
        browser = self.parts.cookies.read(Headers(cookie=sent, peer="192.0.2.1")).browser
        outcome = self.parts.broker.begin(request, browser, {})
        assert isinstance(outcome, Pending), outcome
        return f"/login/{outcome.login}"

    def sign_in(self, path: str, identifier: str = "ann", secret: str = "1234") -> TestResponse:
        return self.post(f"{path}/password", identifier=identifier, secret=secret)


SAME = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}


def make(root: Path, *services: Service, **more: Any) -> Site:
    given = services or (
        connected("low"),
        connected("high", "high"),
        connected("terms", "low", "terms"),
    )
    hub = MemoryHub(*given, OWN, policy=TwoFactors())
    folders = {"fakes": plugin_folder(root)}
    box = MemoryBox()
    departures = MemoryDepartures(hub.records, lambda: hub.now)
    owners = {("authentication_methods", name): "fakes" for name in ("password", "code", "card")}
    owners |= {("required_actions", name): "fakes" for name in ("terms", "situation")}
    parts = Parts(
        broker=hub.broker,
        rules=hub.rules,
        records=hub.records,
        accounts=hub.accounts,
        clock=lambda: hub.now,
        seal=FakeSeal(),
        leaving=box,
        returning=box,
        departures=departures,
        cookies=Cookies(secure=True),
        public_address=ADDRESS,
        words=read_words({"hub": WEB, **folders}, ("fr", "en"), strict=True),
        folders=folders,
        owners=owners,
        support=Help(telephone="03 00 00 00 00", hours="de 9 h à 18 h", mail="aide@hub.test"),
    )
    parts = replace(parts, **more)
    return Site(hub=hub, parts=parts, app=make_site(parts), box=box, departures=departures)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def said(answer: TestResponse) -> str:
    """What the page says, without its tags, on one line."""
    reader = _Text()
    reader.feed(answer.text)
    return " ".join(" ".join(reader.said).split())
