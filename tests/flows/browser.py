"""A browser without JavaScript before applications in this process; it counts what it sends."""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup, Tag

from hub.contract.values import value
from tests.flows.wsgi import Application

MOST_REDIRECTS = 12


@value
class Page:
    """What the browser shows. Pages kept are tabs: each may be gone on from, in any order."""

    address: str
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def words(self) -> str:
        """The text a person reads, on one line."""
        return " ".join(self._soup().get_text(" ").split())

    def forms(self) -> list["Form"]:
        return [Form(page=self, tag=tag) for tag in self._soup().find_all("form")]

    def form(self, *, asking: str = "", to: str = "", button: str = "") -> "Form":
        """The only form with a field *asking*, an action ending in *to*, a *button* so called."""
        for form in self.forms():
            if form.asks(asking) and form.action.endswith(to) and form.offers(button):
                return form
        shown = [(each.action, each.buttons()) for each in self.forms()]
        raise AssertionError(
            f"no such form at {self.address} ({self.status}): {shown}\n{self.words}"
        )

    def has(self, asking: str) -> bool:
        return any(form.asks(asking) for form in self.forms())

    def link(self, words: str) -> str:
        for tag in self._soup().find_all("a", href=True):
            if words in " ".join(tag.get_text(" ").split()):
                return urljoin(self.address, str(tag["href"]))
        raise AssertionError(f"no link « {words} » at {self.address}: {self.words}")

    def frames(self) -> list[str]:
        """The addresses of other pages inside this one."""
        found = self._soup().select("iframe[src]")
        return [urljoin(self.address, str(tag["src"])) for tag in found]

    def alert(self) -> str:
        """What is announced to whoever cannot see the page; empty when nothing is."""
        found = self._soup().select("[role=alert]")
        return " ".join(" ".join(each.get_text(" ") for each in found).split())

    def articles(self) -> list[str]:
        return [" ".join(each.get_text(" ").split()) for each in self._soup().select("article")]

    def claims(self) -> Mapping[str, str]:
        """What a demo service shows of the claims it received."""
        shown = self._soup().select("[data-claim]")
        return {str(tag["data-claim"]): str(tag["data-told"]) for tag in shown}

    def _soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")


@value
class Form:
    page: Page
    tag: Tag

    @property
    def action(self) -> str:
        return urljoin(self.page.address, str(self.tag.get("action") or self.page.address))

    def asks(self, name: str) -> bool:
        return not name or any(each.get("name") == name for each in self.tag.select("[name]"))

    def offers(self, words: str) -> bool:
        return not words or any(words in each for each in self.buttons())

    def buttons(self) -> list[str]:
        return [" ".join(each.get_text(" ").split()) for each in self.tag.find_all("button")]

    def sent(self, typed: Mapping[str, str], button: str) -> dict[str, str]:
        """What a browser sends: no unticked box, one button."""
        fields: dict[str, str] = {}
        for each in self.tag.find_all(["input", "textarea"]):
            ticked = each.get("type") not in ("checkbox", "radio") or each.has_attr("checked")
            if each.get("name") and ticked:
                fields[str(each["name"])] = str(each.get("value") or "")
        for each in self.tag.find_all("button"):
            if each.get("name") and button and button in " ".join(each.get_text(" ").split()):
                fields[str(each["name"])] = str(each.get("value") or "")
        return {**fields, **typed}


class Browser:
    def __init__(
        self,
        sites: Mapping[str, Application],
        language: str = "fr",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """*sites* by origin: `http://localhost:8000`. Everything else is out of its reach."""
        self.sent: list[httpx.Request] = []
        nowhere = httpx.MockTransport(lambda asked: httpx.Response(502, text=f"no {asked.url}"))
        self._client = httpx.Client(
            mounts={origin: httpx.WSGITransport(app) for origin, app in sites.items()},
            transport=transport or nowhere,
            headers={"Accept-Language": language, "User-Agent": "Mozilla/5.0 Firefox/140.0"},
            follow_redirects=True,
            max_redirects=MOST_REDIRECTS,
            event_hooks={"request": [self.sent.append]},
        )

    def open(self, address: str) -> Page:
        return _page(self._client.get(address))

    def open_frame(self, address: str, site: str = "cross-site") -> Page | None:
        """One frame of a page; *site* is what a browser says of the whole way to what it shows.

        `None`: nobody answered, and the page around stands as it was.
        """
        headers = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": site}
        try:
            page = _page(self._client.get(address, headers=headers))
            later = page.headers.get("refresh", "").partition("url=")[2]
            return self.open_frame(urljoin(page.address, later), site) if later else page
        except httpx.TransportError:
            return None

    def submit(
        self,
        form: Form,
        typed: Mapping[str, str] | None = None,
        button: str = "",
        site: str = "same-origin",
    ) -> Page:
        """*site* is what a browser says of the whole way, redirects included."""
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(form.page.address))
        headers = {"Origin": origin, "Sec-Fetch-Site": site}
        fields = form.sent(typed or {}, button)
        return _page(self._client.post(form.action, data=fields, headers=headers))

    def upload(self, form: Form, field: str, content: bytes, name: str = "people.csv") -> Page:
        """A form with a file in it."""
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(form.page.address))
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        files = {field: (name, content, "text/csv")}
        sent = {each: text for each, text in form.sent({}, "").items() if each != field}
        return _page(self._client.post(form.action, data=sent, files=files, headers=headers))

    def follow(self, page: Page, words: str) -> Page:
        return self.open(page.link(words))

    def close(self) -> None:
        self._client.close()

    def requests(self, origin: str) -> list[str]:
        """Method and path of everything sent to *origin* so far, redirects included."""
        return [
            f"{each.method} {each.url.path}"
            for each in self.sent
            if str(each.url).startswith(f"{origin}/")
        ]

    def cookies(self) -> Mapping[str, str]:
        return {each.name: each.value or "" for each in self._client.cookies.jar}

    def remember(self, cookies: Mapping[str, str]) -> None:
        """Hold cookies of another browser, as a thief does."""
        for name, text in cookies.items():
            self._client.cookies.set(name, text, domain="localhost.local")


def _page(answer: httpx.Response) -> Page:
    return Page(
        address=str(answer.url),
        status=answer.status_code,
        text=answer.text,
        headers=dict(answer.headers),
    )
