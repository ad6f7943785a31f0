"""States of « Annuaire »."""

from hub.app import compose
from hub.configuration import read
from hub_services.directory.generating import lines
from tests.peers.browser.people import Person
from tests.peers.browser.state import STATES
from tests.peers.browser.tab import Tab

HERE = "/apps/directory/"
FAVOURITES = f"{HERE}favourites"


@STATES("directory", HERE)
def search(tab: Tab, person: Person) -> None:
    tab.sign_in(person, HERE)


@STATES("directory-found", HERE)
def found(tab: Tab, person: Person) -> None:
    """Several pages, with facets."""
    _brought(tab)
    tab.sign_in(person, f"{HERE}?where=cabinet")


@STATES("directory-chosen", HERE)
def chosen(tab: Tab, person: Person) -> None:
    found(tab, person)
    tab.press("main nav a")


@STATES("directory-nobody", HERE)
def nobody(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{HERE}?who=zzzzzz")


@STATES("directory-card", f"{HERE}card/<key>")
def card(tab: Tab, person: Person) -> None:
    found(tab, person)
    tab.press("main .rows a")


@STATES("directory-gone", f"{HERE}card/<key>", status=404)
def gone(tab: Tab, person: Person) -> None:
    tab.sign_in(person, f"{HERE}card/rpps:0")


@STATES("directory-favourites-none", FAVOURITES)
def no_favourite(tab: Tab, person: Person) -> None:
    tab.sign_in(person, FAVOURITES)


@STATES("directory-favourites", FAVOURITES)
def favourites(tab: Tab, person: Person) -> None:
    found(tab, person)
    tab.press("main .rows button[name=liked]")
    tab.open(FAVOURITES)


def _brought(tab: Tab) -> None:
    """As `hub directory import` does; the same file again is nothing to do."""
    folder = tab.town.hub.folder
    file = folder / "extraction.txt"
    file.write_text("".join(lines(80)), encoding="utf-8")
    app = compose(read(folder / "hub.toml"))
    app.equipped.commands["directory"].run(["import", str(file)])
    app.database.engine.dispose()
