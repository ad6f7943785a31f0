"""A whole hub with e-mage connected: what its service asks, what people do, what they are sent."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp

from hub.broker.release import subject_of
from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId
from hub.lending import PAIRWISE
from hub.store.sealing import read_secret
from hub.testing.people import ANN, BOB
from hub.testing.running import RunningHub, running_hub
from tests.flows.browser import Browser, Page

HUB, EMAGE, OTHER = "https://hub.test", "https://emage.test", "https://scan.test"
PASSWORD = "quatre chats sur le toit"
SEEDS = {"ann": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "bob": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"}
SECRET = "a-secret-of-e-mage-that-nobody-guesses"
STUDY = "1.2.840.113619.2.55"
TO = "paul.martin@cabinet.example"
COMMENT = "Pour avis avant mercredi"


def service(name: str, origin: str) -> Mapping[str, Any]:
    return {
        "title": f"Le {name}",
        "minimum": "simple",
        "launch": f"{origin}/inside",
        "frontend": "oidc",
        "oidc": {
            "client_id": name,
            "client_secret_file": f"{name}.secret",
            "redirect_uris": [f"{origin}/back"],
            "client_credentials": True,
            "client_scopes": ["shares", "notices"],
        },
    }


def composed(folder: Path, **more: Any) -> RunningHub:
    return running_hub(
        folder,
        plugins=["own", "regional", "password", "totp", "oidc", "console", "emage"],
        messages={"chains": {"mail": ["console"]}},
        service={"emage": service("emage", EMAGE), "scan": service("scan", OTHER)},
        **more,
    )


def made(folder: Path, **more: Any) -> None:
    """Keys, tables, two services and two people: once for all tests."""
    folder.mkdir()
    for name in ("emage", "scan"):
        file = folder / f"{name}.secret"
        file.touch(mode=0o600)
        file.write_text(SECRET)
    hub = composed(folder, **more)
    for account, login in ((ANN, "ann"), (BOB, "bob")):
        hub.settle(account, password=PASSWORD, totp=SEEDS[login])
        hub.app.note(
            AuditEntry(
                at=hub.clock(),
                action="login.vouched",
                account=account.id,
                service=ServiceId("emage"),
            )
        )
    hub.turn()
    hub.app.database.engine.dispose()


@dataclass
class Region:
    hub: RunningHub
    folder: Path
    shown: set[str] = field(default_factory=set)
    """By the applications of both."""

    def browser(self) -> Browser:
        nowhere = httpx.MockTransport(lambda asked: httpx.Response(200, text="e-mage"))
        return Browser({HUB: self.hub.app.wsgi}, transport=nowhere)

    def signed_in(self, login: str = "ann", path: str = "/services", code: bool = True) -> Browser:
        browser = self.browser()
        page = browser.open(f"{HUB}{path}")
        typed = {"identifier": login, "password": PASSWORD}
        page = browser.submit(page.form(asking="identifier"), typed)
        if code and page.has("code"):
            self.proved(browser, page, login)
        return browser

    def proved(self, browser: Browser, page: Page, login: str = "ann") -> Page:
        shown = pyotp.TOTP(SEEDS[login]).at(int(self.hub.clock().timestamp()))
        if shown in self.shown:
            # RFC 6238 5.2: a code works once; the application shows the next in half a minute.
            self.later(seconds=30)
            return self.proved(browser, page, login)
        self.shown.add(shown)
        return browser.submit(page.form(asking="code"), {"code": shown})

    def subject(self, account: Account = ANN) -> str:
        emage = self.hub.app.services[ServiceId("emage")]
        return subject_of(account.id, emage, read_secret(self.folder / "secrets" / PAIRWISE))

    def calls(
        self, method: str, path: str, name: str = "emage", token: str | None = None, **sent: Any
    ) -> httpx.Response:
        """The service *name* calls the hub with its own token."""
        shown = self.token(name) if token is None else token
        headers = {"Authorization": f"Bearer {shown}"} if shown else {}
        with httpx.Client(transport=httpx.WSGITransport(self.hub.app.wsgi), base_url=HUB) as client:
            return client.request(method, path, headers=headers, **sent)

    def token(self, name: str = "emage", scope: str = "shares") -> str:
        form = {"grant_type": "client_credentials", "scope": scope}
        with httpx.Client(transport=httpx.WSGITransport(self.hub.app.wsgi), base_url=HUB) as client:
            answer = client.post("/oidc/token", data=form, auth=(name, SECRET))
        return str(answer.json()["access_token"])

    def asked(self, **more: Any) -> dict[str, Any]:
        """What e-mage asks to have shared."""
        wanted = {"sub": self.subject(), "study": STUDY, "opens_at": f"{EMAGE}/shared?from=hub"}
        return {**wanted, **more}

    def drafted(self, **more: Any) -> str:
        """The id of a share that waits for its form."""
        answer = self.calls("POST", "/apps/emage/shares/", json=self.asked(**more))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def sent(self, share: str = "", to: str = TO) -> str:
        """The recipient's link, after Ann filled in the form."""
        path = f"/apps/emage/mine/{share or self.drafted()}"
        browser = self.signed_in(path=path)
        page = browser.open(f"{HUB}{path}")
        browser.submit(page.form(asking="recipient"), {"recipient": to, "comment": COMMENT})
        return link_in(self.letters(to)[0])

    def letters(self, to: str = TO) -> list[str]:
        """What went to *to*, newest first, as the development inbox shows it."""
        self.hub.turn()
        shown = self.browser().open(f"{HUB}/apps/console/").articles()
        return [each for each in shown if to in each]

    def code(self, to: str = TO) -> str:
        found = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", self.letters(to)[0])
        assert found
        return found[0]

    def asking(self, link: str) -> tuple[Browser, Page]:
        """The recipient pressed the button: a code is on its way."""
        browser = self.browser()
        page = browser.open(link)
        return browser, browser.submit(page.forms()[-1])

    def ticket(self, link: str) -> str:
        """What e-mage gets once the recipient has typed the code."""
        browser, page = self.asking(link)
        page = browser.submit(page.form(asking="code"), {"code": self.code()})
        assert page.address.startswith(f"{EMAGE}/shared?from=hub&ticket="), page.address
        return page.address.partition("ticket=")[2]

    def redeemed(self, ticket: str, name: str = "emage") -> httpx.Response:
        return self.calls("POST", "/apps/emage/tickets/", name, json={"ticket": ticket})

    def later(self, **passed: float) -> None:
        self.hub.clock.now += timedelta(**passed)


def opened(template: Path, folder: Path, **more: Any) -> Region:
    shutil.copytree(template, folder)
    return Region(hub=composed(folder, **more), folder=folder)


def link_in(words: str) -> str:
    found = re.search(rf"{HUB}/apps/emage/shared/[\w-]+", words)
    assert found, words
    return found[0]
