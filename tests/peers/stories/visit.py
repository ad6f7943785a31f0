"""A tab of a story: who is there, the words of its language, what a telephone has against it."""

from playwright.sync_api import Browser

from tests.peers.browser.people import Person
from tests.peers.browser.tab import Tab
from tests.peers.browser.town import Town
from tests.peers.stories.cast import CAST
from tests.peers.stories.reading import Reading, measured
from tests.peers.stories.ways import DESK, Way


class Visit(Tab, Reading):
    """On a telephone each page of the hub is measured as it opens: see `amiss`."""

    def __init__(self, browser: Browser, town: Town, way: Way = DESK) -> None:
        super().__init__(browser, town, way.language, scripts=way.scripts)
        self.way = way
        self.page.set_viewport_size(way.window)
        if way.narrow:
            self.page.add_init_script(measured(self.hub))

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
