"""A page, and what it says in the language of who reads it; also where no story's own town is."""

import re
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from hub.web.words import HUB, Words, read_words
from tests.peers.chromium import BOUND
from tests.peers.stories.ways import DESK, Way

_ROOT: Final = Path(__file__).parents[3]
_ROOTS: Final = ("plugins", "backends", "frontends", "services_catalog")
_PHONE: Final = (Path(__file__).parent / "phone.js").read_text(encoding="utf-8")


class Reading:
    page: Page
    way: Way

    def says(self, key: str, owner: str = HUB, /, **values: object) -> str:
        """What the page says under *key*, in the language of this tab."""
        return flat(_words().text(self.way.language, key, owner, **values))

    def before(self, hole: str, key: str, owner: str = HUB, /, **others: object) -> str:
        """What the page says under *key*, up to where *hole* is filled in."""
        return self.says(key, owner, **{hole: "§"}, **others).partition("§")[0].strip()

    def read(self, selector: str = "main") -> str:
        """As somebody reads it: spaces are spaces."""
        return flat(self.page.locator(selector).first.inner_text())

    def button(self, key: str, owner: str = HUB, /, **values: object) -> Locator:
        name = self.says(key, owner, **values)
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, key: str, owner: str = HUB, /, **values: object) -> Locator:
        name = self.says(key, owner, **values)
        return self.page.get_by_role("link", name=name, exact=True)


class Guest(Reading, AbstractContextManager["Guest"]):
    """Before any hub, in a browser of its own. A telephone's pages must fit one."""

    def __init__(self, browser: Browser, hub: str, way: Way = DESK) -> None:
        """*hub*: its origin."""
        self.hub = hub
        self.way = way
        self.amiss: list[str] = []
        self.context = browser.new_context(
            locale=way.language, viewport=way.window, java_script_enabled=way.scripts
        )
        self.context.set_default_timeout(BOUND)
        self.page = self.context.new_page()
        if way.narrow:
            self.page.add_init_script(measured(hub))
            self.page.on("console", self._said)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.context.close()
        assert error or not self.amiss, self.amiss

    def open(self, path: str) -> None:
        """At the hub, or anywhere when it is a whole address."""
        self.page.goto(path if "://" in path else self.hub + path)

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def _said(self, message: ConsoleMessage) -> None:
        if "telephone, " in message.text:
            self.amiss.append(message.text)


def measured(hub: str) -> str:
    """The script that complains of what a telephone has against a page of *hub*."""
    return _PHONE.replace("HUB", f'"{hub}"')


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@cache
def _words() -> Words:
    """Every owner's catalogue stands in a folder of its name."""
    found = {
        file.parents[1].name: file.parents[1]
        for root in _ROOTS
        for file in (_ROOT / root).rglob("locale/fr.po")
    }
    return read_words({HUB: _ROOT / "hub/web", **found}, ("fr", "en"), strict=True)
