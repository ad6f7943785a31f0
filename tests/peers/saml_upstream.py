"""A SAML provider we did not write above a hub of this process, and the browser between the two."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from bs4 import BeautifulSoup

from hub.testing.running import RunningHub, running_hub
from tests.federation.visits import ANN, HUB, browser_of
from tests.flows.browser import MOST_REDIRECTS, Page
from tests.vectors.saml.keys import pair

NAME = "hospital"


class SamlUpstream:
    """`sign_in` walks the whole way; cookies of the provider are kept apart from the hub's."""

    def __init__(self, folder: Path, metadata: bytes, entity_id: str, **settings: Any) -> None:
        key, certificate = pair("sp").written(folder, "own")
        (folder / "there.xml").write_bytes(metadata)
        table = {
            "entity_id": entity_id,
            "title": "Hôpital",
            "metadata": "there.xml",
            "keys": [{"key_file": key, "certificate_file": certificate}],
            **settings,
        }
        plugins = ["own", "regional", "password", "saml_provider"]
        plugin = {"saml_provider": {"providers": {NAME: table}}}
        self.hub: RunningHub = running_hub(folder, plugins=plugins, plugin=plugin)
        self.hub.clock.now = datetime.now(UTC)
        self.hub.settle(ANN, password="correct horse battery staple")
        self.browser = browser_of(self.hub)
        self.there = httpx.Client(follow_redirects=False)

    def own_metadata(self) -> bytes:
        with self._outside() as machine:
            return machine.get(f"{HUB}/{NAME}/metadata").content

    def sign_in(self, typed: Mapping[str, str] | None = None) -> Page:
        """*typed*: into the first form of the provider's that asks for something."""
        page = self.browser.open(f"{HUB}/services")
        address = self.browser.submit(page.form(to=f"/{NAME}")).link("Y aller")
        answer = self._followed(self.there.get(address))
        if typed:
            action, sent = _form(answer)
            answer = self._followed(self.there.post(action, data={**sent, **typed}))
        action, sent = _form(answer)
        assert action == f"{HUB}/{NAME}/acs", answer.text
        with self._outside() as machine:
            back = machine.post(action, data=sent)
        assert back.status_code == 303, back.text
        return self.browser.open(str(httpx.URL(HUB).join(back.headers["Location"])))

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        for _ in range(MOST_REDIRECTS):
            if "location" not in answer.headers:
                return answer
            answer = self.there.get(answer.url.join(answer.headers["location"]))
        raise AssertionError(f"the provider leads in circles: {answer.url}")

    def _outside(self) -> httpx.Client:
        return httpx.Client(transport=httpx.WSGITransport(self.hub.app.wsgi))


def _form(page: httpx.Response) -> tuple[str, dict[str, str]]:
    form = BeautifulSoup(page.text, "html.parser").find("form")
    assert form, page.text
    action = str(page.url.join(str(form.get("action") or "")))
    named = [each for each in form.find_all(["input", "button"]) if each.get("name")]
    return action, {str(each["name"]): str(each.get("value", "")) for each in named}
