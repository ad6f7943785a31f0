"""« Messageries » on the account pages."""

from pathlib import Path

import pytest

from hub import PUBLIC, Level, Pages, SignedIn, Situation
from hub.testing.pages import Reader, plugin_site
from hub.testing.people import BOB
from hub.testing.settings import TableSettings
from hub_services import medimail
from tests.services_catalog.medimail.conftest import CLINIC, LIST, MARIE, SURGERY, Post

FOLDER = Path(str(medimail.__file__)).parent
SIMPLE = Level(1, "simple", "urn:simple")


def reader(post: Post, place: Situation | None = SURGERY, language: str = "fr") -> Reader:
    post.toolbox.person = SignedIn(
        account=MARIE, situation=place, level=SIMPLE, places=(CLINIC, SURGERY)
    )
    (pages,) = medimail.pages(TableSettings(), post.toolbox)
    opened = Pages(blueprint=pages.blueprint, access=PUBLIC)
    return Reader(plugin_site(opened, post.toolbox, FOLDER), "https://hub.test", language)


def test_the_page_is_in_the_menu_of_the_account_and_asks_who_one_is(post: Post) -> None:
    (pages,) = medimail.pages(TableSettings(), post.toolbox)
    assert pages.listed and pages.access != PUBLIC


@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_sees_what_one_may_open_here_and_of_which_kind(post: Post, language: str) -> None:
    post.bring(*LIST)
    page = reader(post, language=language).open("/apps/medimail/")
    assert "marie@mss.test" in page.words and "accueil@mss.test" in page.words
    assert "urgences@mss.test" not in page.words and "paul@mss.test" not in page.words
    kind = "Boîte organisationnelle" if language == "fr" else "Organisational mailbox"
    assert kind in page.words and "/situation" in page.links


def test_one_s_own_choice_opens_first_from_now_on(post: Post) -> None:
    post.bring(*LIST)
    browser = reader(post)
    page = browser.open("/apps/medimail/")
    assert browser.send(page, address="robot@mss.test").status == 303
    assert "Votre choix est enregistré" in browser.open("/apps/medimail/?said=saved").words
    assert post.first(SURGERY) == "robot@mss.test"
    (noted,) = post.toolbox.noted
    assert noted.action == "medimail.first_chosen" and not noted.details


@pytest.mark.parametrize("address", ["paul@mss.test", "urgences@mss.test", "", "<script>"])
def test_a_mailbox_one_may_not_open_here_cannot_be_chosen(post: Post, address: str) -> None:
    post.bring(*LIST)
    browser = reader(post)
    assert browser.send(browser.open("/apps/medimail/"), address=address).status == 303
    assert not post.toolbox.noted
    assert "ne peut plus être choisie" in browser.open("/apps/medimail/?said=gone").words
    assert post.first(SURGERY) == "accueil@mss.test"


def test_where_there_is_one_only_there_is_nothing_to_choose(post: Post) -> None:
    post.bring(LIST[0])
    page = reader(post).open("/apps/medimail/")
    assert "marie@mss.test" in page.words and page.fields == {}


def test_who_has_none_reads_whom_to_ask(post: Post) -> None:
    browser = reader(post)
    post.toolbox.person = SignedIn(account=BOB, situation=None, level=SIMPLE)
    page = browser.open("/apps/medimail/")
    assert "aucune boîte" in page.words and "/account/referents" in page.links
    assert page.fields == {}
