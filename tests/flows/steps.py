"""What people do in a sign-in, by what the pages show them."""

import re
from urllib.parse import urljoin

from hub_plugins.demo.notice import PASSWORD
from tests.flows.browser import Browser, Form, Page
from tests.flows.region import HUB, Region


def with_password(browser: Browser, page: Page, login: str, password: str = PASSWORD) -> Page:
    form = next(each for each in page.forms() if each.asks("identifier"))
    return browser.submit(form, {"identifier": login, _secret_of(form): password})


def accepting_terms(browser: Browser, page: Page) -> Page:
    form = page.form(to="/do/terms.portal")
    boxes = form.tag.select("input[type=checkbox]")
    return browser.submit(form, {str(box["name"]): str(box.get("value", "on")) for box in boxes})


def signed_in(browser: Browser, login: str, target: str = f"{HUB}/services") -> Page:
    """With the password and, where they are asked for, the terms and the first place."""
    page = with_password(browser, browser.open(target), login)
    while page.has("accept") or page.has("place"):
        accepts = page.has("accept")
        page = accepting_terms(browser, page) if accepts else acting_for(browser, page)
    return page


def acting_for(browser: Browser, page: Page, place: str = "", **more: str) -> Page:
    """The place of practice whose label holds *place*."""
    form = page.form(to="/do/situation")
    shown = {str(each.get_text(" ")).strip(): each for each in form.tag.find_all("label")}
    label = next(each for words, each in shown.items() if place in words)
    chosen = label.find("input") or form.tag.find(id=str(label.get("for")))
    assert chosen, shown
    return browser.submit(form, {"place": str(chosen["value"]), **more})


def with_code(region: Region, browser: Browser, page: Page, button: str) -> Page:
    """Takes the code by SMS or mail, chooses where by the words of a *button*, types it."""
    form = page.form(to="/sent_code")
    if form.asks("begin"):
        page = browser.submit(form, {"begin": "1"})
    page = browser.submit(page.form(to="/sent_code", button=button), button=button)
    return browser.submit(page.form(asking="code"), {"code": newest_code(region)})


def posted(browser: Browser, page: Page) -> Page:
    """Presses the button of the page that carries an answer by SAML, as without scripts."""
    return browser.submit(page.form(asking="SAMLResponse"))


def framed(browser: Browser, page: Page) -> Page:
    """Where *page* leads by itself once its frames are filled; all services are of one site."""
    for address in page.frames():
        browser.open_frame(address, "same-site")
    return browser.open(urljoin(page.address, page.headers["refresh"].partition("url=")[2]))


def newest_code(region: Region) -> str:
    """As somebody reads it in the development inbox, newest first."""
    region.app.worker.turn()
    shown = region.browser().open(f"{HUB}/apps/console/")
    found = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", shown.words)
    assert found, shown.words
    return found[0]


def _secret_of(form: Form) -> str:
    return str(form.tag.select("input[type=password]")[0]["name"])
