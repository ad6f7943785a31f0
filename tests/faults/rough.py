"""A browser that sends what no honest one does: raw bodies, odd headers, no cookies."""

from collections.abc import Mapping

import httpx

from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, Region

OURS = {"Origin": HUB, "Sec-Fetch-Site": "same-origin"}
FORM = "application/x-www-form-urlencoded"


class RoughBrowser(Browser):
    def send(self, address: str, fields: Mapping[str, str], *, follow: bool = True) -> Page:
        """A form as our own page would send it."""
        return self._shown(
            self._client.post(address, data=fields, headers=OURS, follow_redirects=follow)
        )

    def send_raw(
        self, address: str, body: bytes, headers: Mapping[str, str], kind: str = FORM
    ) -> Page:
        said = {**OURS, "Content-Type": kind, **headers}
        return self._shown(self._client.post(address, content=body, headers=said))

    def ask(self, address: str, headers: Mapping[str, str]) -> Page:
        return self._shown(self._client.get(address, headers=headers))

    def led_to(self, address: str) -> str:
        """Where *address* sends the browser, without going there."""
        return self._client.get(address, follow_redirects=False).headers["Location"]

    def refuse_cookies(self) -> None:
        """From now on none is sent, as with cookies switched off."""
        self._client.event_hooks = {"request": [self.sent.append, _without_cookies]}

    def accept_cookies(self) -> None:
        self._client.event_hooks = {"request": [self.sent.append]}

    def _shown(self, answer: httpx.Response) -> Page:
        return Page(
            address=str(answer.url),
            status=answer.status_code,
            text=answer.text,
            headers=dict(answer.headers),
        )


def rough(region: Region) -> RoughBrowser:
    return RoughBrowser(region.sites)


def _without_cookies(asked: httpx.Request) -> None:
    asked.headers.pop("cookie", None)
