"""A tab of a story: who is there, the words of its language, what a telephone has against it."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator

from hub.web.words import HUB, Words, read_words
from tests.peers.browser.people import Person
from tests.peers.browser.tab import Tab
from tests.peers.browser.town import Town
from tests.peers.stories.cast import CAST
from tests.peers.stories.ways import DESK, Way

_ROOT: Final = Path(__file__).parents[3]
_ROOTS: Final = ("plugins", "backends", "frontends", "services_catalog")
_PHONE: Final = (Path(__file__).parent / "phone.js").read_text(encoding="utf-8")


class Visit(Tab):
    """On a telephone each page of the hub is measured as it opens: see `amiss`."""

    def __init__(self, browser: Browser, town: Town, way: Way = DESK) -> None:
        super().__init__(browser, town, way.language, scripts=way.scripts)
        self.way = way
        self.page.set_viewport_size(way.window)
        if way.narrow:
            self.page.add_init_script(_PHONE.replace("HUB", f'"{self.hub}"'))

    def person(self, login: str) -> Person:
        """Her who takes this way: what one visit changes is not another's to find."""
        return CAST[f"{login}-{self.way.name}" if self.way.name else login]

    @property
    def amiss(self) -> list[str]:
        """What pages of the hub had too wide, too small or too hard to type for a telephone."""
        return [each for each in self.complaints if "telephone, " in each]

    def arrive(self) -> None:
        """At the space, by the terms of the first time."""
        self.page.locator("[name=accept], details.menu").first.wait_for()
        if self.page.locator("[name=accept]").count():
            self.accept_terms()
        self.page.wait_for_url("**/services")

    def enter_by_application(self, person: Person, path: str) -> None:
        """At *path*, where other proofs are offered first."""
        self.sign_in(person)
        self.open(path)
        self.prove_by_application(person.code())

    def prove_by_application(self, code: str) -> None:
        self.press("form[action$='/totp'] button[name=begin]")
        self.send(code=code)

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
