"""« Mes services » as one arranges it: order, favourites, links."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hub.people.space import (
    MOST_LINKS,
    PersonalLink,
    Space,
    address_of,
    arranged,
    changed,
    in_order,
    marked,
    moved,
    problems,
    with_changed,
    with_link,
    without_link,
)
from hub.testing.spaces import ANN, LINK, MemorySpaces

KEYS = ("mail", "scan", "book", LINK.key)


def test_what_was_never_moved_stands_as_it_came() -> None:
    assert in_order(Space(), KEYS) == list(KEYS)
    assert in_order(Space(order=("book",)), KEYS) == ["book", "mail", "scan", LINK.key]


def test_a_tile_moves_by_one_and_no_further_than_the_ends() -> None:
    space = moved(Space(), KEYS, "scan", -1)
    assert in_order(space, KEYS)[:2] == ["scan", "mail"]
    assert in_order(moved(space, KEYS, "scan", -1), KEYS) == in_order(space, KEYS)
    assert in_order(moved(space, KEYS, LINK.key, 1), KEYS)[-1] == LINK.key
    assert moved(space, KEYS, "unknown", -1) == space


def test_two_tabs_that_move_other_tiles_both_have_their_way() -> None:
    book = MemorySpaces()
    changed(book, ANN, lambda space: moved(space, KEYS, "book", -2))
    changed(book, ANN, lambda space: marked(space, "mail", favourite=True))
    changed(book, ANN, lambda space: moved(space, KEYS, LINK.key, -1))
    space = book.of(ANN)
    assert in_order(space, KEYS) == ["book", "mail", LINK.key, "scan"]
    assert space.favourites == {"mail"}


def test_a_change_is_made_again_on_what_another_tab_left() -> None:
    book = MemorySpaces()
    tries = []

    def change(space: Space) -> Space:
        tries.append(space.version)
        if len(tries) == 1:
            assert book.keep(ANN, with_link(space, LINK))
        return marked(space, "mail", favourite=True)

    assert changed(book, ANN, change).links == (LINK,)
    assert tries == [0, 1] and book.of(ANN).favourites == {"mail"}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    order=some.lists(some.sampled_from([*KEYS, "gone"]), unique=True),
    wanted=some.lists(some.sampled_from([*KEYS, "invented"])),
)
def test_no_order_loses_or_invents_a_tile(order: list[str], wanted: list[str]) -> None:
    space = arranged(Space(order=tuple(order)), KEYS, wanted)
    assert sorted(in_order(space, KEYS)) == sorted(KEYS)
    asked = [key for key in dict.fromkeys(wanted) if key in KEYS]
    assert in_order(space, KEYS)[: len(asked)] == asked
    assert "invented" not in space.order and ("gone" in space.order) == ("gone" in order)


def test_a_link_that_goes_leaves_nothing_behind() -> None:
    space = marked(with_link(Space(order=KEYS), LINK), LINK.key, favourite=True)
    assert without_link(space, LINK.id) == Space(order=KEYS[:-1])
    assert without_link(space, "another") == space


def test_a_link_changed_elsewhere_is_not_overwritten() -> None:
    space = with_link(Space(), LINK)
    newer = with_changed(space, replace(LINK, name="Labo"))
    assert newer.link(LINK.id) == replace(LINK, name="Labo", revision=1)
    assert with_changed(newer, replace(LINK, name="Late")) == newer
    assert with_changed(Space(), LINK) == Space()


def test_there_is_an_end_to_links() -> None:
    space = Space()
    for number in range(MOST_LINKS + 5):
        link = replace(LINK, id=f"l-{number}", address=f"https://labo.test/{number}")
        space = with_link(space, link)
    assert len(space.links) == MOST_LINKS


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript://labo.test/%0aalert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://labo.test/",
        "//labo.test/",
        "/account",
        "https://",
        "https:///path",
        "https://hub.test@evil.test/",
        "https://labo.test\\@evil.test/",
        "https://labo.test/a b",
        "https://labo.test:port/",
        "https://[::1",
        "https://labo.test/" + "a" * 2_000,
        "",
    ],
)
def test_a_link_leads_to_the_web_or_is_none(address: str) -> None:
    assert problems(replace(LINK, address=address_of(address))) == ["address"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("labo.test", "https://labo.test"),
        (" labo.test:8443/résultats?x=1 ", "https://labo.test:8443/résultats?x=1"),
        ("http://labo.test/", "http://labo.test/"),
        ("https://192.0.2.7/", "https://192.0.2.7/"),
    ],
)
def test_an_address_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert address_of(typed) == meant
    assert not problems(replace(LINK, address=meant))


def test_a_name_is_one_short_line() -> None:
    wrong = PersonalLink(id="l", name="x" * 61, address="https://labo.test", description="a\nb")
    assert problems(wrong) == ["name", "description"]
    assert problems(replace(wrong, name="", description="")) == ["name"]
