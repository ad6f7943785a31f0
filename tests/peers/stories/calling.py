"""What a service asks of the hub in its own name, with its own token."""

import base64
import json
from collections.abc import Mapping
from itertools import repeat
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.peers.browser.tab import Tab
from tests.peers.services import RelyingParty


def called(tab: Tab, party: RelyingParty, scope: str, path: str, body: Mapping[str, object]) -> Any:
    """The answer, once the hub takes it."""
    token = own_token(tab, party, scope)
    # The person is nobody to the service until the trail was linked, once a second.
    for _ in repeat(None, 400):
        status, said = answered(tab, token, path, body)
        if status in (200, 201):
            return said
        tab.page.wait_for_timeout(50)
    pytest.fail(f"{path} was not taken")


def own_token(tab: Tab, party: RelyingParty, scope: str) -> str:
    named = base64.b64encode(f"{party.client_id}:{party.secret}".encode()).decode()
    form = urlencode({"grant_type": "client_credentials", "scope": scope})
    headers = {
        "Authorization": f"Basic {named}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with tab.town.hub.ask("POST", "/oidc/token", form, headers) as answer:
        return str(json.loads(answer.read())["access_token"])


def answered(tab: Tab, token: str, path: str, body: Mapping[str, object]) -> tuple[int, Any]:
    """What whoever shows *token* is answered, and with which status; empty: shows none."""
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    headers = {**shown, "Content-Type": "application/json"}
    with tab.town.hub.ask("POST", path, json.dumps(body), headers) as answer:
        return answer.status, json.loads(answer.read())


def subject_told(tab: Tab) -> str:
    """Whom the service on the page was told of."""
    told: dict[str, Any] = json.loads(tab.page.locator("#claims").inner_text())
    return str(told["id_token"]["sub"])
