"""A service posts a notice with its own token; the person reads it and ends at the record."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.flows.region import HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in

pytestmark = pytest.mark.slow
WHO = "nadia.benali"


def as_medimail(region: Region, path: str, token: str = "", **sent: Any) -> httpx.Response:
    secret = (region.folder / "services/medimail.secret").read_text().strip()
    with httpx.Client(transport=httpx.WSGITransport(region.serve), base_url=HUB) as client:
        if token:
            return client.post(path, headers={"Authorization": f"Bearer {token}"}, **sent)
        return client.post(path, auth=("medimail", secret), **sent)


def token(region: Region, **more: str) -> str:
    form = {"grant_type": "client_credentials", "scope": "notices", **more}
    return str(as_medimail(region, "/oidc/token", data=form).json()["access_token"])


def test_a_notice_of_medimail_leads_to_its_message(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, WHO)
    page = browser.open(f"{MEDIMAIL}/inside")
    page = browser.submit(page.form(asking="code"), {"code": region.totp()})
    subject = page.claims()["sub"]
    notice: Mapping[str, Any] = {
        "sub": subject,
        "text": "Un confrère attend votre avis",
        "link": {"message": "42"},
        "mail": True,
    }
    region.app.worker.turn()
    answer = as_medimail(region, "/apps/notices/", token(region), json=notice)
    assert answer.status_code == 201, answer.text
    assert "1 avis non lu" in browser.open(f"{HUB}/services").words
    page = browser.follow(browser.open(f"{HUB}/notices"), "Un confrère attend votre avis")
    assert page.address == f"{MEDIMAIL}/message/42"
    assert "non lu" not in browser.open(f"{HUB}/services").words
    region.app.worker.turn()
    inbox = region.browser().open(f"{HUB}/apps/console/").words
    assert "Medimail (démonstration) vous a laissé un avis" in inbox
    assert "confrère" not in inbox


def test_a_person_s_token_posts_nothing_and_a_stranger_s_sub_is_nobody(region: Region) -> None:
    notice = {"sub": "0" * 64, "text": "Bonjour"}
    region.app.worker.turn()
    assert as_medimail(region, "/apps/notices/", token(region), json=notice).status_code == 404
    assert as_medimail(region, "/apps/notices/", "x" * 43, json=notice).status_code == 401
