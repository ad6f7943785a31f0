"""What a page of somebody signed in weighs, and how much it asks of the database."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contract.identifiers import AccountId
from hub.people.posted import SHOWN
from hub.people.space import MOST_LINKS, Space
from hub.store.posted import SqlPosted
from hub.store.sealing import KeyRing
from hub.store.spaces import SqlSpaces
from hub.testing.spaces import LINK, notice
from tests.flows.browser import Browser
from tests.flows.region import HUB, Region
from tests.flows.steps import signed_in
from tests.statements import statements

pytestmark = pytest.mark.slow
STATIC = Path(__file__).parents[2] / "hub/web/static"
MOST_STATEMENTS = 10
MOST_BYTES = 100_000
OURS = 60_000
"""All style sheets and scripts of the hub's own pages together."""
PAGES = (
    "/services",
    "/services?tab=all",
    "/services?q=imagerie",
    "/services/manage",
    "/services/links/new",
    "/services/links/l-0",
    "/services/medimail",
    "/services/emage/request",
    "/services/level",
    "/notices",
    "/session/idle",
    "/apps/medimail/",
)


def furnished(region: Region) -> None:
    """As much as one account may keep."""
    store, (account,) = region.app.database, _accounts(region, "nadia.benali")
    keys = KeyRing.from_folder(region.folder / "secrets")
    links = tuple(replace(LINK, id=f"l-{n}", description="x" * 120) for n in range(MOST_LINKS))
    SqlSpaces(store, keys).keep(account, Space(links=links, favourites=frozenset({"link:l-1"})))
    for number in range(SHOWN // 2):
        one = notice(f"n-{number}", account)
        posted = replace(one, posted_at=region.clock(), text="x" * 80)
        SqlPosted(store, keys).post(posted)


def _accounts(region: Region, *logins: str) -> Sequence[AccountId]:
    found = [region.app.accounts.by_login(each) for each in logins]
    return [each.id for each in found if each]


def weight(browser: Browser, text: str) -> int:
    """Of the page and of what it names, pictures included and fonts not."""
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    parts = [browser.open(f"{HUB}{each}").text for each in named if not each.endswith(".woff2")]
    return sum(len(each.encode()) for each in (text, *parts))


def test_a_full_space_costs_little_to_ask_and_to_send(region: Region) -> None:
    furnished(region)
    browser = region.browser()
    signed_in(browser, "nadia.benali")
    for path in PAGES:
        with statements(region.app.database.engine) as ran:
            page = browser.open(f"{HUB}{path}")
        assert page.status == 200 and page.address.endswith(path), page.address
        assert len(ran) <= MOST_STATEMENTS, f"{path}: {len(ran)}\n" + "\n".join(ran)
        assert weight(browser, page.text) < MOST_BYTES, path


def test_style_sheets_and_scripts_of_ours_stay_small() -> None:
    files = [each for each in STATIC.iterdir() if each.suffix in (".css", ".js")]
    assert len(files) >= 5
    assert sum(each.stat().st_size for each in files) < OURS


def test_no_page_holds_a_script_or_style_of_its_own(region: Region) -> None:
    furnished(region)
    browser = region.browser()
    signed_in(browser, "nadia.benali")
    for path in PAGES:
        text = browser.open(f"{HUB}{path}").text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", text), path
