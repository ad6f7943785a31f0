"""A whole hub that takes cards, and one browser before it, whose card a test chooses."""

import re
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import Client, TestResponse

from hub.contract.accounts import Account
from hub.outbound import Transport
from hub.testing.running import RunningHub, running_hub
from hub.web.card_gate import Gate
from hub_plugins.demo.pki.folder import write_authorities
from tests.plugins.cps.pki import NOW, POLICIES, authority, certificates

ADDRESS = "https://hub.test"
SECRET = "huit pommes vertes au jardin"


def write_pki(folder: Path) -> dict[str, Any]:
    """The test authority in *folder*, and `[plugin.cps]` that trusts it."""
    at = folder / "pki"
    at.mkdir(parents=True, exist_ok=True)
    write_authorities(at, authority(), NOW - timedelta(hours=1), [certificates()["revoked"]])
    return {
        "roots": ["pki/roots.pem"],
        "authorities": ["pki/authorities.pem"],
        "crls": [f"pki/list-{number}.crl" for number in range(1, 7)],
        "policies": list(POLICIES),
        "test_cards": True,
    }


class Desk:
    def __init__(
        self,
        folder: Path,
        *people: Account,
        cps: dict[str, Any] | None = None,
        transport: Transport | None = None,
    ) -> None:
        secret = folder / "card.secret"
        secret.touch(mode=0o600)
        secret.write_text("s" * 40)
        self.hub: RunningHub = running_hub(
            folder,
            transport,
            plugins=["own", "regional", "password", "cps"],
            trusted_hops=1,
            card_host={"domain": "card.hub.test", "secret_file": "card.secret"},
            plugin={"cps": {**write_pki(folder), **(cps or {})}},
        )
        self.hub.app.cards.gate.standing = Gate.OPEN
        for person in people:
            self.hub.settle(person, password=SECRET)
        self.hub.turn()
        self.client = Client(self.hub.app.wsgi)
        self.page = self.get("/services")

    def another_browser(self) -> "Desk":
        """Before the same hub, signed in nowhere."""
        other = copy(self)
        other.client = Client(self.hub.app.wsgi)
        other.page = other.get("/services")
        return other

    def get(self, path: str) -> TestResponse:
        self.page = self._followed(self.client.get(path, base_url=ADDRESS))
        return self.page

    def post(self, ending: str, **fields: str) -> TestResponse:
        """The form of this page whose address ends so."""
        for tag in re.findall(r"<form.*?</form>", self.page.text, re.S):
            action = re.search(r'action="([^"]+)"', tag)
            if action and action.group(1).endswith(ending):
                hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', tag)
                sent = {**dict(hidden), **fields}
                headers = {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}
                answer = self.client.post(
                    action.group(1), base_url=ADDRESS, data=sent, headers=headers
                )
                self.page = self._followed(answer)
                return self.page
        raise AssertionError(f"no form to {ending}:\n{self.page.text}")

    def choose(self) -> TestResponse:
        return self.post("/cps", begin="1")

    def show(self, name: str) -> TestResponse:
        """Go where cards are shown, with the certificate of that case."""
        at = self.away()
        label = at.removeprefix("https://").partition(".")[0]
        back = self.hub.app.cards.hosts.received(label, certificates()[name].der)
        return self.get(back.removeprefix(ADDRESS))

    def away(self) -> str:
        page = self.post("/cps", tls="1")
        return page.headers["Refresh"].partition("url=")[2]

    def by_card(self, name: str) -> TestResponse:
        self.choose()
        return self.show(name)

    def alert(self) -> str:
        found = re.search(r'role="alert".*?</div>', self.page.text, re.S)
        return re.sub(r"<[^>]+>|\s+", " ", found.group()) if found else ""

    @property
    def path(self) -> str:
        return urlsplit(self.page.request.url).path

    def _followed(self, answer: TestResponse) -> TestResponse:
        while answer.status_code in (302, 303) and "Location" in answer.headers:
            answer = self.client.get(answer.headers["Location"], base_url=ADDRESS)
        return answer
