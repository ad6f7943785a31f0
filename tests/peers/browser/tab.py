"""A tab that remembers what the browser complained of, and where it went."""

import re
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.peers.browser.people import PASSWORD, Person
from tests.peers.browser.town import Town
from tests.peers.chromium import BOUND
from tests.peers.processes import PAUSE

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}
LANGUAGE = "__Host-language"
_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


class Tab(AbstractContextManager["Tab"]):
    """In a browser of its own. What went wrong is in `complaints`, one sentence each."""

    def __init__(
        self, browser: Browser, town: Town, language: str = "fr", *, scripts: bool = True
    ) -> None:
        self.town = town
        self.hub = town.hub.issuer
        self.complaints: list[str] = []
        self.status = 0
        self.afterwards = ExitStack()
        """Puts back what this visit changed for everybody."""
        self._browser = browser
        self._context = browser.new_context(
            locale=language,
            viewport=WIDE,
            java_script_enabled=scripts,
        )
        self._context.set_default_timeout(BOUND)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._context:
            self.afterwards.close()

    @property
    def path(self) -> str:
        return str(urlsplit(self.page.url).path)

    def open(self, path: str) -> None:
        """At the hub, or anywhere when it is a whole address."""
        self.page.goto(path if "://" in path else self.hub + path)

    def called(self, agent: str) -> None:
        """From now on the browser calls itself so, whoever sends it on."""
        session = self._context.new_cdp_session(self.page)
        session.send("Emulation.setUserAgentOverride", {"userAgent": agent})

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def fill(self, name: str, text: str) -> None:
        self.page.locator(f"main [name={name}]").fill(text)

    def send(self, **typed: str) -> None:
        """Fill in the form that has these fields and send it by its own button."""
        for name, text in typed.items():
            self.fill(name, text)
        first = next(iter(typed))
        self.press(f"form:has([name={first}]) button:not([name])")

    def password(self, person: Person, password: str = PASSWORD) -> None:
        self.send(identifier=person.login, password=password)

    def accept_terms(self) -> None:
        self.page.locator("[name=accept]").check()
        self.press("form:has([name=accept]) button")

    def sign_in(self, person: Person, path: str = "/services") -> None:
        """With the password, and the terms of the first time."""
        self.open(path)
        with self.page.expect_navigation():
            self.password(person)
        if self.page.locator("[name=accept]").count():
            with self.page.expect_navigation():
                self.accept_terms()

    def sign_in_strong(self, person: Person, path: str = "/account/means") -> None:
        """And with the authenticator application; ends at *path*, or where it leads."""
        self.sign_in(person)
        self.open(path)
        self.send(code=person.code())

    def answer_passkey(self, response: str) -> None:
        """What a browser bent by its visitor sends."""
        self.post("form:has([data-passkey])", response=response)

    def post(self, selector: str, **typed: str) -> None:
        """Past the scripts of the page, as a form does without them."""
        with self.page.expect_navigation():
            self.page.locator(selector).evaluate(
                """(form, typed) => {
                  for (const [name, text] of Object.entries(typed)) {
                    const field = form.querySelector(`input[name=${name}]`);
                    if (field) field.value = text;
                    else form.insertAdjacentHTML("beforeend", `<input name=${name} value=${text}>`);
                  }
                  HTMLFormElement.prototype.submit.call(form);
                }""",
                typed,
            )

    def begin_code(self) -> None:
        """Where there is another way, the code is chosen first."""
        begin = self.page.locator("form[action$='/sent_code'] button[name=begin]")
        if begin.count():
            begin.click()

    def ask_code(self, kind: str) -> None:
        """On a page that asks for more: take the code, by the way of its place in the list."""
        self.begin_code()
        self.press(f"button[name=means] >> nth={('sms', 'mail').index(kind)}")
        if self.page.locator("iframe.watched").count():
            state = self.page.frame_locator("iframe.watched").locator("[role=status]")
            state.filter(has_not_text="…").wait_for()
            self.page.reload()

    def sent_code(self, address: str) -> str:
        return self.sent(address, _CODE)

    def sent(self, address: str, wanted: re.Pattern[str]) -> str:
        """As somebody reads it in the development inbox, newest first."""
        with self._browser.new_context() as elsewhere:
            inbox = elsewhere.new_page()
            for _ in range(100):
                inbox.goto(f"{self.hub}/apps/console/")
                # Two of one moment stand in any order.
                letters = inbox.locator("article", has_text=address).all_inner_texts()
                for found in filter(None, map(wanted.search, letters)):
                    return found[0]
                inbox.wait_for_timeout(PAUSE * 1000)
        raise AssertionError(f"nothing came for {address}")

    def another(self) -> "Tab":
        """In another browser, of the same language."""
        return Tab(self._browser, self.town)

    def enter_as(self, other: "Tab") -> None:
        """In the session of *other*."""
        for each in other.page.context.cookies():
            name, said = each.get("name", ""), each.get("value", "")
            self._context.add_cookies([{"name": name, "value": said, "url": self.hub}])

    def speak(self, language: str) -> None:
        """From the next page on."""
        self._context.add_cookies([{"name": LANGUAGE, "value": language, "url": self.hub}])

    def _said(self, message: ConsoleMessage) -> None:
        where = message.location["url"]
        # What a service's own page lacks is not the hub's to mend.
        ours = not where or where.startswith(f"{self.hub}/")
        # Chromium calls a page that answers 404 on purpose a failure; its parts may not fail.
        meant = message.text.startswith("Failed to load resource") and where == self.page.url
        if message.type in ("error", "warning") and ours and not meant:
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        at = urlsplit(request.url)
        origin = f"{at.scheme}://{at.netloc}"
        allowed = self.town.origins if request.is_navigation_request() else {self.hub}
        if at.scheme != "data" and origin not in allowed:
            self.complaints.append(f"asks {origin}")

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status
