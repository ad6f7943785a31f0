"""The pages and forms of one plugin inside the hub's real frame, and a browser before them."""

from html.parser import HTMLParser
from pathlib import Path

from flask import Blueprint, Flask
from werkzeug.test import Client, TestResponse

from hub.browser import Cookies
from hub.contract.pages import PUBLIC, Pages
from hub.contract.steps import Ask
from hub.contract.toolbox import Toolbox
from hub.testing.departures import MemoryDepartures
from hub.testing.hub import MemoryHub
from hub.web.drawing import fragment
from hub.web.parts import Help, Parts
from hub.web.site import make_site
from hub.web.words import read_words

WEB = Path(__file__).parents[1] / "web"


def plugin_site(pages: Pages, toolbox: Toolbox, folder: Path) -> Flask:
    """A site with the pages of one plugin; a key without words is an error."""
    hub = MemoryHub()
    folders = {toolbox.plugin: folder}
    parts = Parts(
        broker=hub.broker,
        rules=hub.rules,
        records=hub.records,
        accounts=hub.accounts,
        clock=lambda: hub.now,
        seal=toolbox.seal,
        leaving=toolbox.one_time,
        returning=toolbox.one_time,
        departures=MemoryDepartures(hub.records, lambda: hub.now),
        cookies=Cookies(secure=toolbox.public_address.startswith("https://")),
        public_address=toolbox.public_address,
        words=read_words({"hub": WEB, **folders}, ("fr", "en"), strict=True),
        folders=folders,
        pages={toolbox.plugin: pages},
        support=Help(telephone="03 00 00 00 00"),
    )
    app = make_site(parts)
    app.config.update(PROPAGATE_EXCEPTIONS=True)
    return app


class Reader:
    """A browser without JavaScript: it opens pages and sends back their forms."""

    def __init__(self, app: Flask, address: str, language: str = "fr") -> None:
        self._client = Client(app)
        self._address = address
        self._language = {"Accept-Language": language}

    def open(self, path: str) -> "Read":
        return self._read(self._client.get(path, base_url=self._address, headers=self._language))

    def send(self, page: "Read", **typed: str) -> "Read":
        """The page's first form, with what was *typed*."""
        answer = self._client.post(
            page.action,
            data={**page.fields, **typed},
            base_url=self._address,
            headers={"Origin": self._address, **self._language},
        )
        return self._read(answer)

    def _read(self, answer: TestResponse) -> "Read":
        return Read(answer.status_code, answer.text)


class Read(HTMLParser):
    """What a page says and its first form asks, header and footer apart."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__()
        self.status = status
        self.words = ""
        self.action = ""
        self.fields: dict[str, str] = {}
        self.links: list[str] = []
        self._inside = False
        self._forms = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: text or "" for name, text in attrs}
        self._inside = self._inside or tag == "main"
        if not self._inside:
            return
        if tag == "form":
            self._forms += 1
            self.action = self.action or about["action"]
        if tag == "input" and self._forms == 1:
            self.fields[about["name"]] = about.get("value", "")
        if tag == "a":
            self.links.append(about["href"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "main"

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.words = f"{self.words} {' '.join(data.split(' '))}".strip()


def drawn(ask: Ask, toolbox: Toolbox, folder: Path, language: str = "fr", **typed: str) -> Read:
    """The form of a method or action as the hub draws it; a key without words is an error."""
    nothing = Pages(blueprint=Blueprint("nothing", __name__), access=PUBLIC)
    app = plugin_site(nothing, toolbox, folder)
    wished = {"Accept-Language": language}
    with app.test_request_context(base_url=toolbox.public_address, headers=wished):
        inside = fragment(toolbox.plugin, ask, typed=typed, method=toolbox.plugin)
    return Read(200, f'<main><form action="">{inside}</form></main>')
