"""Closing an account: nothing in the database leads to the person, and the trail stays whole."""

import sqlite3
from contextlib import closing

import pytest

from hub.commands.closings import closing_of
from hub.contract.accounts import Account, KeepsAccounts
from hub.contract.errors import HubError
from hub_plugins.demo.notice import PASSWORD
from tests.flows.browser import Browser
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in, with_code, with_password

pytestmark = pytest.mark.slow
HERS = ("Durand", "marie.durand", "639980101", "99700075064")
LINK = "Mon planning très personnel"


@pytest.fixture
def browser(region: Region) -> Browser:
    """Marie has used everything: services, a personal link, favourites, codes by SMS."""
    browser = region.browser()
    signed_in(browser, "marie.durand")
    browser.open(f"{EMAGE}/inside")
    with_code(region, browser, browser.open(f"{MEDIMAIL}/inside"), "SMS")
    page = browser.open(f"{HUB}/services/links/new")
    typed = {"name": LINK, "address": "https://planning.example/"}
    browser.submit(page.form(asking="address"), typed)
    assert LINK in browser.open(f"{HUB}/services").words
    return browser


def marie(region: Region) -> Account:
    found = region.app.accounts.by_login("marie.durand")
    assert found
    return found


def written(region: Region) -> str:
    """Every row of every table."""
    region.app.worker.turn()
    with closing(sqlite3.connect(region.folder / "hub.db")) as database:
        return "\n".join(database.iterdump())


def test_no_table_holds_anything_of_a_closed_account(region: Region, browser: Browser) -> None:
    who = marie(region)
    before = written(region)
    assert all(each in before for each in HERS), "the test looks for what was never there"
    gone = closing_of(region.app).close(who, by="test")
    after = written(region)
    assert [each for each in (*HERS, LINK) if each in after] == []
    assert gone["own_space"] == 1 and gone["terms.acceptances"] and gone["credential"]


def test_only_the_id_stays_and_opens_nothing(region: Region, browser: Browser) -> None:
    who = marie(region)
    closing_of(region.app).close(who, by="test")
    left = [line for line in written(region).splitlines() if who.id in line]
    # A session's row stays a day, what services are owed two: ids, and nothing they lead to.
    told = [line for line in left if "'service.told_of_leaving'" in line]
    tables = {line.split('"')[1] for line in left if line not in told}
    assert tables <= {"own_closed", "browser_session", "notice"}, tables
    assert browser.open(f"{HUB}/services").has("identifier")
    page = with_password(browser, browser.open(f"{HUB}/services"), "marie.durand", PASSWORD)
    assert page.has("identifier") and page.alert()


def test_the_services_of_every_session_are_told(region: Region, browser: Browser) -> None:
    closing_of(region.app).close(marie(region), by="test")
    region.app.worker.turn()
    assert any(each.startswith(MEDIMAIL) for each in region.told)
    assert browser.open(f"{MEDIMAIL}/inside").has("identifier")


def test_the_trail_stays_whole_and_countable_and_names_nobody(
    region: Region, browser: Browser
) -> None:
    who = marie(region)
    region.app.trail.link()
    counted = region.app.trail.verify().linked
    assert region.app.trail.of_account(who.id)
    closing_of(region.app).close(who, by="test")
    region.app.trail.link()
    verdict = region.app.trail.verify()
    assert verdict.whole and verdict.linked > counted, verdict.words
    assert not region.app.trail.of_account(who.id)


def test_the_id_is_never_anybody_s_again(region: Region) -> None:
    who = marie(region)
    closing_of(region.app).close(who, by="test")
    store = region.app.stores["own"]
    assert isinstance(store, KeepsAccounts)
    with pytest.raises(HubError):
        store.create(who)


def test_closing_goes_on_where_it_was_interrupted(
    region: Region, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = marie(region)
    stopped = RuntimeError("kill -9")

    def stop(*_: object) -> None:
        raise stopped

    with monkeypatch.context() as broken:
        broken.setattr(region.app.stores["own"], "erase", stop)
        with pytest.raises(RuntimeError):
            closing_of(region.app).close(who, by="test")
    found = region.app.accounts.by_id(who.id)
    assert found and found.locked, "half closed, nobody signs in"
    closing_of(region.app).close(found, by="test")
    assert [each for each in HERS if each in written(region)] == []


def test_others_keep_everything(region: Region, browser: Browser) -> None:
    other = region.browser()
    signed_in(other, "nadia.benali")
    closing_of(region.app).close(marie(region), by="test")
    assert other.open(f"{HUB}/account").status == 200
    assert region.app.accounts.by_login("nadia.benali")
