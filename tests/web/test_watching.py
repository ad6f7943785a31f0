"""While a message leaves, what is typed beside it stays: only a frame loads itself again."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hub.contract.steps import Ask
from tests.web.site import Site, make, said


@pytest.fixture
def fate() -> list[str]:
    return ["waiting"]


@pytest.fixture
def leaving() -> list[str]:
    """What is found at each look from now on, before it stays as it is."""
    return []


@pytest.fixture
def site(tmp_path: Path, fate: list[str], leaving: list[str]) -> Site:
    site = make(tmp_path, delivery=lambda message: leaving.pop(0) if leaving else fate[0])
    folder = site.parts.folders["fakes"] / "templates"
    (folder / "typed.html").write_text(
        '{% from "hub/fields.html" import frame %}{{ frame(watch, "État") }}', encoding="utf-8"
    )
    (folder / "state.html").write_text("<p>{{ delivery(message) }}</p>", encoding="utf-8")
    return site


def asks(site: Site, **more: object) -> Callable[[object], Ask]:
    given = {"template": "typed.html", "values": {"message": "m-1"}, "watched": "state.html"}
    return lambda attempt: Ask(**{**given, "again_in": timedelta(seconds=3), **more})  # type: ignore[arg-type]


def at_code(site: Site, **more: object) -> str:
    site.hub.code.begin = asks(site, **more)  # type: ignore[method-assign,assignment]
    path = site.arrive("high")
    site.sign_in(path)
    site.post(f"{path}/code", begin="1")
    return path


def refresh(text: str) -> str | None:
    found = re.search(r'http-equiv="refresh" content="([^"]+)"', text)
    return found and found[1]


def test_the_page_itself_stays_and_its_frame_loads_again(site: Site) -> None:
    path = at_code(site)
    page = site.get(path)
    assert refresh(page.text) is None
    assert f'src="{path}/code/watched"' in page.text
    frame = site.get(f"{path}/code/watched")
    assert said(frame).endswith("waiting") and refresh(frame.text) == "3; url=?look=1"


def test_it_loads_ever_more_slowly_and_then_rests(site: Site) -> None:
    path = at_code(site)
    address, seconds = f"{path}/code/watched", []
    while again := refresh(site.get(address).text):
        wait, _, query = again.partition("; url=")
        seconds.append(int(wait))
        address = f"{path}/code/watched{query}"
    assert seconds == sorted(seconds) and len(seconds) == 10 and sum(seconds) < 300


@pytest.mark.parametrize("look", ["-1", "99", "x", "1e9"])
def test_a_look_nobody_makes_is_harmless(site: Site, look: str) -> None:
    path = at_code(site)
    assert site.get(f"{path}/code/watched?look={look}").status_code == 200


@pytest.mark.parametrize("now", ["handed_over", "failed", ""])
def test_once_the_message_left_nothing_loads_again(site: Site, fate: list[str], now: str) -> None:
    path = at_code(site)
    fate[0] = now
    frame = site.get(f"{path}/code/watched")
    assert refresh(frame.text) is None


def test_what_leaves_while_the_frame_is_drawn_is_not_called_waiting_for_ever(
    site: Site, leaving: list[str]
) -> None:
    path = at_code(site)
    leaving.extend(["waiting", "handed_over"])
    address = f"{path}/code/watched"
    frame = site.get(address)
    assert said(frame).endswith("waiting") and refresh(frame.text)
    frame = site.get(f"{address}?look=1")
    assert said(frame).endswith("handed_over") and not refresh(frame.text)


def test_only_our_own_page_may_hold_the_frame_and_no_other_page_stands_in_one(site: Site) -> None:
    path = at_code(site)
    inside = site.get(f"{path}/code/watched").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in inside
    for other in (path, "/help", f"{path}/password/watched", "/nowhere"):
        assert "frame-ancestors 'none'" in site.get(other).headers["Content-Security-Policy"]


@pytest.mark.parametrize("place", ["password", "card", "nothing"])
def test_where_nothing_is_watched_there_is_no_frame(site: Site, place: str) -> None:
    path = at_code(site)
    assert site.get(f"{path}/{place}/watched").status_code == 404
    assert at_code(site, watched="") and site.get(f"{path}/code/watched").status_code == 200


def test_looking_moves_nothing(site: Site) -> None:
    path = at_code(site)
    before = dict(site.hub.records.logins)
    site.get(f"{path}/code/watched")
    assert site.hub.records.logins == before
