"""Every refusal there is, drawn as a page in both languages, and read by the rules of a page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import pytest
from bs4 import BeautifulSoup

from hub.contract.values import value
from hub.web.drawing import HERE
from hub.web.strays import mishap_page
from tests.flows.region import HUB, Region

pytestmark = pytest.mark.slow
CODE = re.compile(r'^msgid "refusal\.([\w.-]+)\.next"', re.MULTILINE)
Drawn = Callable[[Any, Any], Any]


@value
class Told:
    """A mishap of the protocol side, whose page shows any plugin's own sentence."""

    code: str
    status: int = 400
    support: str = "K7QF-2M"
    service: None = None


def codes(folder: Path) -> set[str]:
    text = (folder / "locale" / "fr.po").read_text(encoding="utf-8")
    return set(CODE.findall(text))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_refusal_is_a_page_that_says_what_to_do(region: Region, language: str) -> None:
    site: flask.Flask = vars(region.app.wsgi)["_pages"]
    folders = {**site.extensions["hub"].folders, "hub": HERE}
    written = [each for each in folders.values() if (each / "locale" / "fr.po").is_file()]
    every = sorted({code for folder in written for code in codes(folder)})
    drawn = mishap_page(site)
    assert len(every) > 100
    for code in every:
        soup = _page(site, drawn, code, language)
        told = [each.get_text(" ", strip=True) for each in soup.select("[role=alert] p")]
        assert len(told) == 2 and all(len(each) > 10 for each in told), (code, told)
        assert not any("refusal." in each for each in told), (code, told)
        assert soup.select(f"html[lang={language}] main h1"), code
        assert soup.select("main a.button[href]"), code


def _page(site: flask.Flask, drawn: Drawn, code: str, language: str) -> BeautifulSoup:
    sent = {"Accept-Language": language}
    environ = site.test_request_context("/", base_url=HUB, headers=sent).request.environ
    body: Any = drawn(environ, Told(code=code))(environ, lambda *told: None)
    return BeautifulSoup(b"".join(body).decode(), "html.parser")
