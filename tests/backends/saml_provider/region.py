"""A whole hub with one hospital's SAML provider, played by the test."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from hub import saml
from hub.testing.running import RunningHub, running_hub
from tests.backends.saml_provider.signing_in import (
    ADDRESS,
    ENTITY,
    IDP,
    NAME,
    RPPS,
    SSO,
    metadata,
)
from tests.federation.visits import ANN, HUB, browser_of
from tests.flows.browser import Browser, Page
from tests.vectors.saml.forge import Story, response, written
from tests.vectors.saml.keys import pair


class Region:
    """The hub, a browser before it, and what the provider was last asked."""

    def __init__(self, folder: Path, outside: Any = None, **changes: Any) -> None:
        key, certificate = pair("sp").written(folder, "own")
        (folder / "idp.xml").write_bytes(metadata())
        (folder / "pin.pem").write_bytes(pair("federation").public)
        table = {
            "entity_id": IDP,
            "title": "Hôpital",
            "metadata": "idp.xml",
            "identifiers": {RPPS: "rpps"},
            "keys": [{"key_file": key, "certificate_file": certificate}],
            **changes,
        }
        plugins = ["own", "regional", "password", "saml_provider"]
        plugin = {"saml_provider": {"providers": {NAME: table}}}
        self.hub: RunningHub = running_hub(folder, outside, plugins=plugins, plugin=plugin)
        self.hub.settle(ANN, password="correct horse battery staple")
        self.browser: Browser = browser_of(self.hub)

    def leave(self) -> Mapping[str, str]:
        """What the sign-in page sends to the provider with the browser."""
        page = self.browser.open(f"{HUB}/services")
        address = httpx.URL(self.browser.submit(page.form(to=f"/{NAME}")).link("Y aller"))
        assert str(address).startswith(SSO)
        return dict(address.params)

    def answer(self, sent: Mapping[str, str], **told: Any) -> dict[str, str]:
        """What the provider's page posts."""
        request = saml.message(saml.inflated(sent["SAMLRequest"])).get("ID", "")
        story = Story(
            now=self.hub.clock(),
            request=request,
            issuer=IDP,
            address=ADDRESS,
            audience=ENTITY,
            attributes={RPPS: "99700000001"},
        )
        text = written(response(replace(story, **told)))
        return {
            "SAMLResponse": base64.b64encode(text).decode(),
            "RelayState": sent["RelayState"],
        }

    def post(self, fields: Mapping[str, str]) -> httpx.Response:
        """From another site: the hub's cookies, which are Lax, stay behind."""
        with httpx.Client(transport=httpx.WSGITransport(self.hub.app.wsgi)) as machine:
            return machine.post(ADDRESS, data=dict(fields))

    def sign_in(self, **told: Any) -> Page:
        back = self.post(self.answer(self.leave(), **told))
        assert back.status_code == 303, back.text
        return self.browser.open(str(httpx.URL(HUB).join(back.headers["Location"])))
