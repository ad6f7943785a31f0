"""Nobody waits on a dead service: the page that says goodbye, and services only a browser tells."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event

from tests.frontends.saml.sp import HUB, POST
from tests.frontends.saml.two import (
    BINDINGS,
    CLOSED,
    NOBODY,
    SILENT,
    TELLING,
    UNSURE,
    Two,
    onward,
    status_of,
)
from tests.frontends.saml.whole import browser

pytestmark = pytest.mark.slow

SANDBOX = ["allow-forms", "allow-same-origin", "allow-scripts"]
Opened = Callable[..., Two]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    made: list[Two] = []

    def opened(by: str = BINDINGS[0]) -> Two:
        made.append(Two(tmp_path, by))
        return made[-1]

    yield opened
    for each in made:
        each.close()


@pytest.mark.parametrize("by", BINDINGS)
@pytest.mark.parametrize("manner", ["refused", "hangs", "broken", "lost"])
def test_whoever_leaves_the_hub_stays_on_its_page_whatever_a_service_does(
    opened: Opened, manner: str, by: str
) -> None:
    two = opened(by)
    two.files.manner = manner
    page = two.left_by_the_hub()
    assert TELLING in page.words
    assert page.headers["refresh"] == f"5; url={page.path}"
    two.framed(page)
    assert two.files.asked == ["POST" if by == POST else "GET"]
    page = two.visitor.open(f"{HUB}{onward(page)}")
    assert SILENT in page.words
    # The end: nothing leads away from it but what the person presses.
    assert "refresh" not in page.headers and "refresh" not in page.text
    assert page.link("Se connecter de nouveau") == f"{HUB}/services"
    assert not two.files.closed and len(two.files.asked) == 1


@pytest.mark.parametrize("by", BINDINGS)
@pytest.mark.parametrize("manner", ["refused", "broken"])
def test_the_service_that_asked_has_its_answer_whatever_another_does(
    opened: Opened, manner: str, by: str
) -> None:
    two = opened(by)
    two.files.manner = manner
    page = two.left_by_image()
    assert "Images : a demandé votre déconnexion" in page.words
    two.framed(page)
    page = two.visitor.open(f"{HUB}{onward(page)}")
    assert SILENT in page.words and "refresh" not in page.text
    back = two.visitor.open(page.link("Revenir à Images"))
    assert back.address.startswith("https://image.test/slo?SAMLResponse=")
    assert status_of(back) == ["Success", "PartialLogout"]


@pytest.mark.parametrize("by", BINDINGS)
def test_a_yes_from_a_frame_of_another_site_is_not_believed_until_its_cookies_came_along(
    opened: Opened, by: str
) -> None:
    two = opened(by)
    page = two.left_by_image()
    two.framed(page)
    # It said « Success », and closed nothing.
    assert not two.files.closed
    page = two.visitor.open(f"{HUB}{onward(page)}")
    assert CLOSED not in page.words and TELLING in page.words
    assert page.headers["refresh"].startswith("1; ")
    page = two.visitor.open(f"{HUB}{onward(page)}")
    if by == POST:
        page = two.posted(page, "none") or page
    assert two.files.closed
    # Everybody closed: the service that asked has its person back by itself.
    assert page.address.startswith("https://image.test/slo?SAMLResponse=")
    assert status_of(page) == ["Success"] and "RelayState=back" in page.address


def test_a_service_of_the_same_site_closes_in_its_frame_alone(opened: Opened) -> None:
    two = opened()
    page = two.left_by_the_hub()
    two.framed(page, "same-site")
    assert two.files.closed
    page = two.visitor.open(f"{HUB}{onward(page)}")
    assert CLOSED in page.words
    assert len(two.files.asked) == 1


@pytest.mark.parametrize(
    "nobody", [NOBODY, "Requester/UnknownPrincipal", "Requester/RequestDenied"]
)
def test_a_service_that_closed_by_name_may_say_afterwards_that_nobody_is_there(
    opened: Opened, nobody: str
) -> None:
    two = opened()
    two.files.manner, two.files.nobody = "names", nobody
    page = two.left_by_the_hub()
    two.framed(page)
    page = two.visitor.open(f"{HUB}{onward(page)}")
    page = two.visitor.open(f"{HUB}{onward(page)}")
    assert CLOSED in page.words


def test_a_service_that_fails_to_close_is_not_called_closed_for_its_yes_in_the_frame(
    opened: Opened,
) -> None:
    two = opened()
    two.files.manner = "fails"
    page = two.left_by_image()
    two.framed(page)
    page = two.visitor.open(f"{HUB}{onward(page)}")
    page = two.visitor.open(f"{HUB}{onward(page)}")
    assert UNSURE in page.words
    back = two.visitor.open(page.link("Revenir à Images"))
    assert status_of(back) == ["Success", "PartialLogout"]


def test_a_service_that_left_others_open_is_not_called_closed(opened: Opened) -> None:
    two = opened()
    two.files.manner = "partly"
    page = two.left_by_the_hub()
    two.framed(page, "same-site")
    assert UNSURE in two.visitor.open(f"{HUB}{onward(page)}").words


def test_a_page_drawn_again_looks_for_what_is_due_in_one_question(opened: Opened) -> None:
    two = opened()
    page = two.left_by_the_hub()
    asked: list[str] = []
    event.listen(
        two.hub.app.database.engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, *more: asked.append(statement),
    )
    two.visitor.open(page.address)
    assert len([each for each in asked if each.startswith("DELETE FROM one_time")]) == 1


def test_a_service_that_will_not_close_is_named_with_the_way_to_close_it(opened: Opened) -> None:
    two = opened()
    two.files.manner = "refuses"
    page = two.left_by_the_hub()
    two.framed(page)
    page = two.visitor.open(f"{HUB}{onward(page)}")
    page = two.visitor.open(f"{HUB}{onward(page)}")
    assert UNSURE in page.words and "refresh" not in page.text
    assert len(two.files.asked) == 2
    two.files.manner = "lives"
    assert CLOSED in two.visitor.follow(page, "Fermer Fichiers").words


def test_a_service_that_answers_too_late_is_believed_all_the_same(opened: Opened) -> None:
    two = opened()
    first = two.left_by_the_hub()
    page = two.visitor.open(f"{HUB}{onward(first)}")
    assert SILENT in page.words
    two.framed(first, "same-site")
    assert CLOSED in two.visitor.open(page.address).words


def test_one_that_dies_between_its_answer_and_the_visit_leaves_a_page_to_come_back_to(
    opened: Opened,
) -> None:
    two = opened()
    first = two.left_by_the_hub()
    two.framed(first)
    page = two.visitor.open(first.address)
    two.files.manner = "hangs"
    assert two.visitor.open_frame(f"{HUB}{onward(page)}", "none") is None
    # The page is still on screen meanwhile, and its script or its link goes on.
    page = two.visitor.open(page.link("Continuer sans attendre"))
    assert UNSURE in page.words and "refresh" not in page.text


def test_a_page_drawn_again_asks_nobody_a_second_time(opened: Opened) -> None:
    two = opened()
    page = two.left_by_image()
    # Whoever asked for it knows.
    assert len(page.frames()) == 1
    assert not two.visitor.open(page.address).frames()


def test_frames_show_that_service_alone_and_never_lead_the_window_away(opened: Opened) -> None:
    page = opened().left_by_image()
    policy = page.headers["content-security-policy"]
    assert "frame-src 'self' https://door.test https://file.test https://image.test;" in policy
    [frame] = BeautifulSoup(page.text, "html.parser").select("iframe")
    # No `allow-top-navigation`: the window would follow the service wherever it likes.
    assert frame.get_attribute_list("sandbox") == SANDBOX


def test_another_browser_is_led_nowhere(opened: Opened) -> None:
    two = opened()
    [frame] = two.left_by_image().frames()
    other = browser(two.hub).open(frame)
    assert other.path == "/logout/done"
    assert not two.files.asked


def test_an_answer_counts_once_and_only_with_its_ticket(opened: Opened) -> None:
    two = opened()
    two.framed(two.left_by_image(), "same-site")
    heard = [each for each in two.visitor.sent if each.url.path == "/logout/heard"]
    assert len(heard) == 1 and heard[0].url.params["ticket"]
    for address in (str(heard[0].url), f"{HUB}/logout/heard?ticket=guessed", f"{HUB}/logout/heard"):
        assert two.visitor.open(address).path == "/logout/done"


def test_what_is_inside_a_frame_is_shown_nowhere_else(opened: Opened) -> None:
    two = opened(POST)
    [frame] = two.left_by_image().frames()
    inside = two.visitor.open_frame(frame)
    assert inside and "frame-ancestors 'self'" in inside.headers["content-security-policy"]
    alone = two.visitor.open(frame.partition("?")[0])
    policy = alone.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    # What is posted may be redirected to another host of that service.
    assert "form-action 'self' https://door.test https://file.test https://image.test;" in policy
    assert urlsplit(alone.form(asking="SAMLRequest").action).hostname == "file.test"
