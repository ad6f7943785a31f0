"""Sent codes that do not leave: the button says so to everybody, and stays a button."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, MEDIMAIL, Region, opened
from tests.flows.steps import with_password
from tests.flows.wsgi import Application

pytestmark = pytest.mark.slow
GATEWAY = "http://localhost:8099"
SAYS = "Aucun code ne part en ce moment"
SMS_ALONE = '[plugin.sent_code]\nkinds = ["sms"]\n'


def settled(template: Path, tmp_path: Path, chain: str, kinds: str = SMS_ALONE) -> Region:
    """Codes by SMS, through *chain*; by mail as well where *kinds* says nothing else."""
    region = opened(template, tmp_path / "region")
    file = region.folder / "hub.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('"totp", "sent_code"', '"sent_code", "totp"')
    text = text.replace('"console", "demo"]', '"console", "sms_http", "demo"]')
    text = text.replace('sms = ["console"]', f"sms = [{chain}]")
    text += f'\n[plugin.sms_http]\naddress = "{GATEWAY}/"\n{kinds}'
    file.write_text(text, encoding="utf-8")
    region.restart()
    return region


@pytest.fixture
def region(template: Path, tmp_path: Path) -> Region:
    return settled(template, tmp_path, '"sms_http"')


def answering(status: str) -> Application:
    def gateway(environ: Mapping[str, object], start: object) -> list[bytes]:
        assert callable(start)
        start(status, [("Content-Type", "text/plain")])
        return [b"done"]

    return gateway


def chosen(region: Region, language: str = "fr") -> tuple[Browser, Page]:
    """Somebody whose password was right, for a service that wants more."""
    browser = region.browser(language)
    page = with_password(browser, browser.open(f"{MEDIMAIL}/inside"), "nadia.benali")
    return browser, page


def asked(region: Region) -> Page:
    """A code by SMS is asked for, and the worker does its round."""
    browser, page = chosen(region)
    form = page.form(to="/sent_code")
    if form.asks("begin"):
        page = browser.submit(form, {"begin": "1"})
    page = browser.submit(page.form(to="/sent_code", button="SMS"), button="SMS")
    region.app.worker.turn()
    return page


def told(region: Region, language: str = "fr") -> str:
    region.clock.later(seconds=6)
    return chosen(region, language)[1].words.replace("\u00a0", " ")


def test_a_code_that_did_not_leave_is_said_on_the_button_of_everybody(region: Region) -> None:
    # Sent codes stand first, and their form is drawn at once.
    assert SAYS not in told(region)
    assert "means" in str(chosen(region)[1].form(to="/sent_code").tag)
    asked(region)
    words = told(region)
    assert f"{SAYS} (depuis 9 h 12)" in words and "essai reste possible" in words
    # What answers is put forward; nothing is taken away.
    page = chosen(region)[1]
    assert str(page.form(asking="code").tag["action"]).endswith("/totp")
    assert re.search(r"/sent_code\"[^>]*>.*Aucun code ne part", page.text)
    assert "No code is leaving at the moment (since 9:12" in told(region, "en")


def test_it_ends_by_itself_once_a_code_leaves(region: Region) -> None:
    asked(region)
    assert SAYS in told(region)
    region.sites[GATEWAY] = answering("200 OK")
    # The gateway is left alone for half a minute after it failed; the outbox tries again itself.
    region.clock.later(minutes=1)
    region.app.worker.turn()
    assert SAYS not in told(region)


def test_it_ends_after_a_while_in_which_nobody_asked_for_a_code(region: Region) -> None:
    asked(region)
    region.clock.later(minutes=14)
    assert SAYS in told(region)
    region.clock.later(minutes=2)
    assert SAYS not in told(region)


def test_a_number_that_a_gateway_refuses_is_no_silence(region: Region) -> None:
    region.sites[GATEWAY] = answering("422 Unprocessable Content")
    asked(region)
    assert SAYS not in told(region)


def test_a_carrier_that_takes_over_is_no_silence(template: Path, tmp_path: Path) -> None:
    region = settled(template, tmp_path, '"sms_http", "console"')
    asked(region)
    assert SAYS not in told(region)


def test_whoever_asks_all_the_same_keeps_the_form_and_reads_why(region: Region) -> None:
    asked(region)
    region.clock.later(seconds=40)
    page = asked(region)
    assert page.has("code") and SAYS in page.words


def test_whose_code_failed_finds_the_link_to_the_other_means(region: Region) -> None:
    browser, page = chosen(region)
    page = browser.submit(page.form(to="/sent_code", button="SMS"), button="SMS")
    framed = page.frames()[0]
    region.app.worker.turn()
    (link,) = re.findall(r'<a href="([^"]+)" target="_top">Changer de moyen', _at(browser, framed))
    page = browser.open(page.address)
    assert f'<a href="{link}">Changer de moyen</a>' in page.text
    there = browser.open(f"{HUB}{link.partition('#')[0]}")
    assert 'id="others"' in there.text and there.form(to="/totp") and there.form(to="/psc")


def _at(browser: Browser, framed: str) -> str:
    shown = browser.open_frame(framed, "same-origin")
    assert shown
    return shown.text


@pytest.fixture
def both(template: Path, tmp_path: Path) -> Region:
    """Codes by SMS, whose only carrier is away, and by mail, which leaves."""
    return settled(template, tmp_path, '"sms_http"', kinds="")


def offers(page: Page) -> Mapping[str, str]:
    """What each button that sends a code says, by how it begins."""
    buttons = page.form(to="/sent_code").tag.select("button[name=means]")
    said = [" ".join(each.get_text(" ").split()) for each in buttons]
    return {each.split()[1]: each for each in said}


def test_where_mail_leaves_the_button_of_sms_alone_says_that_it_is_in_vain(both: Region) -> None:
    assert not any("en ce moment" in each for each in offers(chosen(both)[1]).values())
    asked(both)
    assert SAYS not in told(both)
    said = offers(chosen(both)[1])
    assert "Les SMS ne partent pas en ce moment (depuis 9 h 12)" in said["SMS"]
    assert "essai reste possible" in said["SMS"] and "moment" not in said["mail"]
    english = offers(chosen(both, "en")[1])
    assert "SMS are not leaving at the moment (since 9:12" in english["SMS"]
    assert "moment" not in english["mail"]


def test_whoever_waits_for_a_mail_reads_on_the_other_button_that_sms_do_not_leave(
    both: Region,
) -> None:
    asked(both)
    both.clock.later(seconds=40)
    browser, page = chosen(both)
    page = browser.submit(page.form(to="/sent_code", button="mail"), button="mail")
    assert page.has("code") and "Les SMS ne partent pas" in offers(page)["SMS"]


def test_the_button_of_sms_is_as_before_once_one_leaves(both: Region) -> None:
    asked(both)
    both.clock.later(seconds=6)
    assert "ne partent pas" in offers(chosen(both)[1])["SMS"]
    both.sites[GATEWAY] = answering("200 OK")
    both.clock.later(minutes=1)
    both.app.worker.turn()
    both.clock.later(seconds=6)
    assert "ne partent pas" not in offers(chosen(both)[1])["SMS"]


def test_whoever_waits_for_an_sms_reads_on_the_button_for_another_that_they_do_not_leave(
    both: Region,
) -> None:
    page = asked(both)
    both.clock.later(seconds=40)
    page = asked(both)
    (again,) = page.form(to="/sent_code").tag.select("button[name=resend]")
    assert "Les SMS ne partent pas" in again.get_text(" ")


def test_where_nothing_leaves_it_is_said_once_above_all_buttons(region: Region) -> None:
    asked(region)
    region.clock.later(seconds=6)
    browser, page = chosen(region)
    page = browser.submit(page.form(to="/sent_code"), {"begin": "1"})
    assert SAYS in page.words and offers(page) and "ne partent pas" not in page.words
