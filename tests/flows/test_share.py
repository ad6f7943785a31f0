"""A study of the demo e-mage, shared by Marie and opened by somebody who has no account."""

import re

import pytest

from tests.flows.browser import Browser, Page
from tests.flows.region import EMAGE, HUB, Region
from tests.flows.steps import signed_in, with_code

pytestmark = pytest.mark.slow

STUDY = "1.2.840.113619"
TO = "paul.martin@elsewhere.example"


def shared(region: Region) -> tuple[Browser, Page]:
    """From the study's own page to the page that says it is shared."""
    browser = region.browser()
    page = signed_in(browser, "marie.durand", f"{EMAGE}/study/{STUDY}")
    region.app.worker.turn()
    page = browser.submit(page.form(to="/share"))
    assert page.status == 200, page.words
    page = with_code(region, browser, page, "SMS")
    assert page.path.startswith("/apps/emage/mine/") and page.has("recipient")
    page = browser.submit(page.form(asking="recipient"), {"recipient": TO, "comment": "Pour avis"})
    return browser, page


def letters(region: Region) -> list[str]:
    region.app.worker.turn()
    shown = region.browser().open(f"{HUB}/apps/console/").articles()
    return [each for each in shown if TO in each]


def test_a_recipient_without_account_ends_at_the_shared_study(region: Region) -> None:
    sender, page = shared(region)
    assert "L’examen est partagé" in page.words
    assert sender.follow(page, "Revenir à e-mage").address == f"{EMAGE}/study/{STUDY}"
    (mail,) = letters(region)
    assert STUDY not in mail and "Marie Durand" in mail
    link = re.search(rf"{HUB}/apps/emage/shared/[\w-]+", mail)
    assert link
    recipient = region.browser()
    page = recipient.open(link[0])
    page = recipient.submit(page.form(button="Recevoir le code"))
    code = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", letters(region)[0])
    assert code
    page = recipient.submit(page.form(asking="code"), {"code": code[0]})
    assert page.address == f"{EMAGE}/shared"
    assert "Examen partagé" in page.words and STUDY in page.words and TO in page.words
    assert "Examen partagé" in recipient.open(f"{EMAGE}/shared").words, "reloaded, it is there"
    assert recipient.open(f"{EMAGE}/study/{STUDY}").has("identifier"), "signed in nowhere"
    mine = sender.open(f"{HUB}/apps/emage/mine/").words
    assert "Ouvert une fois" in mine and "p•••@e•••.example" in mine


def test_a_used_ticket_says_what_to_do(region: Region) -> None:
    page = region.browser().open(f"{EMAGE}/shared?ticket=used-before")
    assert page.status == 502 and "Rouvrez le lien reçu" in page.alert()
    assert "Cet examen n’est pas ouvert" in region.browser().open(f"{EMAGE}/shared").words
