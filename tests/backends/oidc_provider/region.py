"""A whole hub with one OpenID provider, which is the lying one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from hub.testing.running import RunningHub, running_hub
from tests.backends.oidc_provider.provider import CLIENT, ISSUER, SECRET, LyingProvider
from tests.federation.visits import ANN, HUB, browser_of
from tests.flows.browser import Browser, Page

NAME = "regional"
CALLBACK = f"{HUB}/{NAME}/callback"


class Region:
    """A whole hub, and the provider outside it: the lying one, unless another *issuer* is named."""

    def __init__(self, folder: Path, own: Mapping[str, Any] = {}, **changes: Any) -> None:
        secret = folder / "provider.secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET)
        table = {
            "issuer": ISSUER,
            "client_id": CLIENT,
            "client_secret_file": secret.name,
            "title": "Identité régionale",
            "identifiers": {"rpps": "rpps"},
            **changes,
        }
        plugins = ["own", "regional", "password", "oidc_provider"]
        plugin = {"oidc_provider": {"providers": {NAME: table}}}
        outside = None if "issuer" in changes else lambda _: self._outside()
        self.hub: RunningHub = running_hub(folder, outside, plugins=plugins, plugin=plugin, **own)
        self.provider = LyingProvider(self.hub.clock, CALLBACK)
        self.hub.settle(ANN, password="correct horse battery staple")
        self.browser: Browser = browser_of(self.hub)

    def leave(self) -> str:
        """Where the sign-in page sends the browser."""
        page = self.browser.open(f"{HUB}/services")
        return self.browser.submit(page.form(to=f"/{NAME}")).link("Y aller")

    def sign_in(self) -> Page:
        """Out, signed in there, and back."""
        address = self.leave()
        answer = self.provider.authorize(address)
        if "response_mode=form_post" in address:
            return self._posted(answer)
        return self.browser.open(str(httpx.URL(CALLBACK, params=answer)))

    @property
    def inside(self) -> bool:
        """Whether somebody is signed in here."""
        return not self.browser.open(f"{HUB}/services").has("identifier")

    def machine(self) -> httpx.Client:
        """Not a browser: no cookie is kept."""
        return httpx.Client(transport=httpx.WSGITransport(self.hub.app.wsgi))

    def _posted(self, answer: Mapping[str, str]) -> Page:
        # From another site: the hub's cookies, which are Lax, stay behind.
        back = self.machine().post(CALLBACK, data=answer)
        assert back.status_code == 303, back.text
        return self.browser.open(str(httpx.URL(HUB).join(back.headers["Location"])))

    def _outside(self) -> httpx.BaseTransport:
        return httpx.MockTransport(lambda request: self.provider.transport.handle_request(request))
