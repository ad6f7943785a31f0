"""Advice beside a method's button: in words, for its own method, and never in the way."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from hub.contract.fitness import Doubt
from tests.web.site import Site, said

SENTENCE = "Identifiant ou mot de passe incorrect."
"""Any sentence of the stand-in methods' catalogue."""


class Doubting:
    """Mixed into a stand-in method."""

    def doubts(self, agent: str, *, mobile: bool, old: bool) -> Sequence[Doubt]:
        return [Doubt(key="refusal.password.wrong")]


class Broken(Doubting):
    def doubts(self, agent: str, *, mobile: bool, old: bool) -> Sequence[Doubt]:
        raise RuntimeError("broken")


class Curious(Doubting):
    def __init__(self) -> None:
        self.told: list[tuple[str, bool, bool]] = []

    def doubts(self, agent: str, *, mobile: bool, old: bool) -> Sequence[Doubt]:
        self.told.append((agent, mobile, old))
        return []


def doubting(site: Site, kind: type[Doubting]) -> Any:
    card: Any = site.hub.card
    card.__class__ = type("Mixed", (kind, type(card)), {})
    return card


def test_the_sentence_stands_beside_its_own_method_whose_button_stays(site: Site) -> None:
    doubting(site, Doubting)
    page = site.get(site.arrive("high"))
    assert page.text.count('id="unfit-card"') == page.text.count('class="unfit') == 1
    assert SENTENCE in said(page)
    beside = page.text.partition('id="unfit-card"')[0].rpartition("<li>")[2]
    assert "/card" in beside
    # Who does not see it beside the button hears it with the button.
    assert re.search(r'<button[^>]* aria-describedby="unfit-card"', beside)
    assert page.text.count('aria-describedby="unfit-') == 1


def test_a_method_that_breaks_while_it_doubts_closes_nothing(site: Site) -> None:
    doubting(site, Broken)
    page = site.get(site.arrive("high"))
    assert page.status_code == 200 and 'class="unfit' not in page.text
    assert "/card" in page.text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"User-Agent": "x" * 9000}, ("x" * 512, False, False)),
        ({"User-Agent": "MSIE 9", "Sec-CH-UA-Mobile": "?1"}, ("MSIE 9", True, True)),
        ({"User-Agent": "", "Sec-CH-UA-Mobile": "yes"}, ("", False, False)),
    ],
)
def test_a_method_is_told_little_and_never_without_end(
    site: Site, sent: dict[str, str], told: tuple[str, bool, bool]
) -> None:
    card = doubting(site, Curious)
    card.told = []
    site.get(site.arrive("high"), headers=sent)
    assert set(card.told) == {told}
