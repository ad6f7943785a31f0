"""A whole sign-in, judged by a browser and two relying parties we did not write."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from tests.peers.authority import Authority
from tests.peers.region import Region, region, type_password

SIMPLE = "urn:hub:acr:simple"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def here(
    request: pytest.FixtureRequest, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Region]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "postgres":
        database = request.getfixturevalue("postgres").create("hub")
    else:
        database = f"sqlite:///{folder}/hub.db"
    with region(authority, database, folder) as started:
        yield started


def test_apache_lets_in_whom_the_hub_vouches_for(page: Page, here: Region) -> None:
    page.goto(f"{here.medimail.site.origin}/protected/message/42")
    assert page.url.startswith(f"{here.hub.issuer}/login/")
    type_password(page, here.person.login, here.person.password)
    page.wait_for_url(f"{here.medimail.site.origin}/**")
    told = _claims(page)
    assert page.locator("#path").inner_text() == "/protected/message/42"
    assert told["oidc_claim_iss"] == here.hub.issuer
    assert told["oidc_claim_acr"] == SIMPLE
    assert told["oidc_claim_family_name"] == here.person.family_name


def test_a_wrong_password_stays_with_the_hub(page: Page, here: Region) -> None:
    page.goto(f"{here.medimail.site.origin}/protected/")
    type_password(page, here.person.login, "not the password")
    page.get_by_role("alert").wait_for()
    assert page.url.startswith(f"{here.hub.issuer}/login/")
    type_password(page, here.person.login, here.person.password)
    page.wait_for_url(f"{here.medimail.site.origin}/**")


def test_openid_client_verifies_what_it_is_told(page: Page, here: Region) -> None:
    _signed_in_at_emage(page, here)
    told = _claims(page)
    proved, userinfo = told["id_token"], told["userinfo"]
    assert (proved["iss"], proved["aud"]) == (here.hub.issuer, here.emage.client_id)
    assert (proved["acr"], proved["amr"]) == (SIMPLE, ["pwd"])
    assert proved["sid"] and proved["auth_time"] <= proved["iat"]
    assert userinfo["sub"] == proved["sub"]
    assert userinfo["family_name"] == here.person.family_name


def test_the_second_service_opens_without_a_page(page: Page, here: Region) -> None:
    _signed_in_at_emage(page, here)
    first = _claims(page)["id_token"]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{here.medimail.site.origin}/protected/")
    second = _claims(page)
    at_the_hub = [urlsplit(url).path for url in asked if url.startswith(here.hub.issuer)]
    assert at_the_hub == ["/oidc/authorize"]
    # Pairwise: two services cannot compare notes about a person.
    assert second["oidc_claim_sub"] != first["sub"]
    assert second["oidc_claim_sid"] != first["sid"]


def test_a_silent_request_without_a_session_is_told_so(page: Page, here: Region) -> None:
    page.goto(f"{here.emage.site.origin}/?prompt=none")
    refused = json.loads(page.locator("#error").inner_text())
    assert refused["error"] == "login_required"


def test_a_session_stays_in_its_browser(page: Page, here: Region) -> None:
    _signed_in_at_emage(page, here)
    browser = page.context.browser
    assert browser
    with browser.new_context() as elsewhere:
        other = elsewhere.new_page()
        other.goto(f"{here.emage.site.origin}/")
        assert other.url.startswith(f"{here.hub.issuer}/login/")


def test_leaving_the_hub_asks_for_the_password_again(page: Page, here: Region) -> None:
    _signed_in_at_emage(page, here)
    page.goto(f"{here.hub.issuer}/")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(f"{here.hub.issuer}/logout/**")
    page.goto(f"{here.emage.site.origin}/")
    assert page.url.startswith(f"{here.hub.issuer}/login/")


def test_openid_client_renews_its_tokens_and_leaves(page: Page, here: Region) -> None:
    _signed_in_at_emage(page, here)
    first = _claims(page)["id_token"]
    page.goto(f"{here.emage.site.origin}/renew")
    renewed = _claims(page)
    assert renewed["id_token"]["sub"] == renewed["userinfo"]["sub"] == first["sub"]
    assert renewed["id_token"]["auth_time"] == first["auth_time"]
    page.goto(f"{here.emage.site.origin}/leave")
    page.wait_for_url(f"{here.emage.site.origin}/bye?state=left")
    page.goto(f"{here.emage.site.origin}/renew")
    assert json.loads(page.locator("#error").inner_text())["error"] == "invalid_grant"
    page.goto(f"{here.emage.site.origin}/?prompt=none")
    assert json.loads(page.locator("#error").inner_text())["error"] == "login_required"


def test_apache_renews_its_tokens_and_leaves(page: Page, here: Region) -> None:
    inside = f"{here.medimail.site.origin}/protected/"
    page.goto(inside)
    type_password(page, here.person.login, here.person.password)
    page.wait_for_url(inside)
    first = _claims(page)["oidc_access_token"]
    asked = urlencode({"refresh": inside, "access_token": first})
    page.goto(f"{here.medimail.redirect_uri}?{asked}")
    assert page.url == inside, "an error is told in the address"
    assert _claims(page)["oidc_access_token"] != first
    bye = f"{here.medimail.site.origin}/bye"
    page.goto(f"{here.medimail.redirect_uri}?{urlencode({'logout': bye})}")
    page.wait_for_url(f"{bye}**")
    page.goto(inside)
    assert page.url.startswith(f"{here.hub.issuer}/login/")


def _signed_in_at_emage(page: Page, here: Region) -> None:
    page.goto(f"{here.emage.site.origin}/")
    type_password(page, here.person.login, here.person.password)
    page.wait_for_url(f"{here.emage.site.origin}/**")


def _claims(page: Page) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(page.locator("#claims").inner_text())
    return told
