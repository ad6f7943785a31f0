"""The ways a story is told: in French at a desk, in English on a telephone, without scripts."""

from typing import Final

import pytest
from playwright.sync_api import ViewportSize

from hub.contract.values import value
from tests.peers.browser.tab import WIDE


@value
class Way:
    name: str
    """Also what the login of who takes it ends with; empty: as most stories are told."""
    language: str = "fr"
    narrow: bool = False
    scripts: bool = True

    @property
    def window(self) -> ViewportSize:
        width, height = (390, 780) if self.narrow else (WIDE["width"], WIDE["height"])
        return {"width": width, "height": height}


DESK: Final = Way(name="")
ENGLISH: Final = Way(name="english", language="en")
PHONE: Final = Way(name="phone", language="en", narrow=True)
PLAIN: Final = Way(name="plain", scripts=False)
_NAMES: Final = {"": "desk"}


def _told(tab: str, *ways: Way) -> pytest.MarkDecorator:
    named = [_NAMES.get(way.name, way.name) for way in ways]
    return pytest.mark.parametrize(tab, ways, ids=named, indirect=True)


also_on_a_phone: Final = _told("tab", DESK, PHONE)
"""At a desk in French, then on a telephone in English."""
also_in_english: Final = _told("tab", DESK, ENGLISH)
"""At desks only: where somebody sits before a reader."""
also_without_scripts: Final = _told("tab", DESK, PLAIN)
in_every_way: Final = _told("tab", DESK, PHONE, PLAIN)
moved_also_on_a_phone: Final = _told("moved", DESK, PHONE)
"""At the hub whose clock tests move."""
moved_in_every_way: Final = _told("moved", DESK, PHONE, PLAIN)
away_in_every_way: Final = _told("away", DESK, PHONE, PLAIN)
"""In the neighbouring region."""
