"""A whole hub with providers of one word, and browsers before it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hub.contract.accounts import Account, Identifier
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId
from hub.testing.running import RunningHub, running_hub
from tests.federation.word_provider import WordBackend
from tests.flows.browser import Browser, Page

HUB = "https://hub.test"
PASSWORD = "correct horse battery staple"
ANN = Account(
    id=AccountId("ann"),
    display_name="Ann Martin",
    identifiers=(
        Identifier(system="login", number="ann"),
        Identifier(system="rpps", number="99700000001"),
    ),
)


def word(**changes: Any) -> Mapping[str, Any]:
    """`[provider.<name>]` for a `WordBackend`."""
    return {
        "title": "Word",
        "module": f"{WordBackend.__module__}.{WordBackend.__name__}",
        "config": {"kind": "word"},
        "identifiers": {"rpps": "rppsnumber"},
        "possible": {"factors": ["knowledge"]},
        **changes,
    }


def hub_with(folder: Path, **providers: Mapping[str, Any]) -> RunningHub:
    running = running_hub(folder, provider=providers or {"word": word()})
    running.settle(ANN, password=PASSWORD)
    return running


def browser_of(running: RunningHub) -> Browser:
    return Browser({HUB: running.app.wsgi})


def left_by(browser: Browser, name: str = "word", target: str = "/services") -> Page:
    """The page that sends the browser to the provider."""
    page = browser.open(f"{HUB}{target}")
    return browser.submit(page.form(to=f"/{name}"))


def sent(page: Page) -> dict[str, str]:
    """What the browser takes along to the provider."""
    address = page.link("Y aller")
    return {name: texts[0] for name, texts in parse_qs(urlsplit(address).query).items()}


def callback(state: str, name: str = "word", **told: str) -> str:
    pairs = {"state": state, **told}
    return f"{HUB}/{name}/callback?" + "&".join(f"{k}={v}" for k, v in pairs.items())


def timeline(running: RunningHub, page: Page) -> Sequence[AuditEntry]:
    """What the support finds under the code the person reads out."""
    found = re.search(r"Code d’assistance ([0-9A-Z]{4}-[0-9A-Z]{2})", page.words)
    assert found, page.words
    return running.app.trail.by_support(found[1])
