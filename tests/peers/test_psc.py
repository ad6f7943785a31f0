"""Pro Santé Connect, simulated on sites of its own, in a browser: cookies cross sites or do not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from hub.contract.values import value
from hub_plugins.demo.psc.faults import Fault
from hub_plugins.demo.psc.provider import Provider
from tests.peers.authority import Authority
from tests.peers.browser import judge
from tests.peers.hub_process import Carriers, HubProcess, configuration, served, set_up
from tests.peers.node_party import protected_by_node
from tests.peers.psc import SECRET, PscSites, psc, psc_sites
from tests.peers.region import type_password
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import site

PEOPLE = """
[[person]]
login = "marie.durand"
given_name = "Marie"
family_name = "Durand"
numbers = { rpps = "99700075064" }
secrets = { password = "quatre chats sur le toit" }
[[person]]
login = "nadia.benali"
given_name = "Nadia"
family_name = "Benali"
numbers = { rpps = "99700366240" }
secrets = { password = "quatre chats sur le toit" }
"""


@value
class Here:
    hub: HubProcess
    medimail: RelyingParty
    """Strong; on openid-client."""
    provider: Provider
    sites: PscSites


@pytest.fixture(scope="module")
def started(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("psc")
    sites = psc_sites(authority)
    party = relying_party("medimail", site(authority, "medimail.test"))
    medimail = replace(party, minimum="strong")
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    secret = folder / "psc.secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET, encoding="utf-8")
    tables = _psc(sites, authority)
    text = configuration(
        hub.site,
        f"sqlite:///{folder}/hub.db",
        [medimail],
        Carriers(plugins=("psc",), tables=tables),
    )
    set_up(hub, text, [medimail], PEOPLE)
    with (
        served(hub),
        protected_by_node(medimail, hub.issuer, authority.root, folder),
        psc(sites, hub, f"{hub.issuer}/logout/returned") as provider,
    ):
        yield Here(hub=hub, medimail=medimail, provider=provider, sites=sites)


@pytest.fixture
def here(started: Here) -> Here:
    started.provider.faults.switch(())
    return started


def test_a_card_opens_a_strong_service_across_four_sites(page: Page, here: Here) -> None:
    to_psc(page, here)
    card(page, "marie.durand")
    claims = told(page, here)
    assert claims["id_token"]["amr"] == ["sc", "pin", "mfa"]
    assert claims["userinfo"]["rpps"] == "99700075064"


def test_the_number_is_matched_on_a_telephone_in_another_window(page: Page, here: Here) -> None:
    to_psc(page, here)
    page.get_by_role("link", name="e-CPS", exact=True).click()
    page.get_by_label("Identifiant national").fill("899700366240")
    page.get_by_role("button", name="e-CPS").click()
    number = page.locator("[data-number]").inner_text()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Ouvrir le téléphone").click()
    opened.value.get_by_role("button", name=number, exact=True).click()
    opened.value.get_by_text("Aucune demande").wait_for()
    # The page that waits goes on by itself.
    assert told(page, here)["id_token"]["amr"] == ["swk", "pin", "mfa"]


def test_a_password_session_is_raised_by_card(page: Page, here: Here) -> None:
    page.goto(f"{here.hub.issuer}/services")
    type_password(page, "marie.durand", "quatre chats sur le toit")
    page.wait_for_url(f"{here.hub.issuer}/services")
    to_psc(page, here)
    card(page, "marie.durand")
    assert told(page, here)["userinfo"]["given_name"] == "Marie"


def test_a_forged_answer_leaves_the_password_to_sign_in_with(page: Page, here: Here) -> None:
    to_psc(page, here)
    here.provider.faults.switch([Fault.WRONG_KEY])
    card(page, "marie.durand")
    page.wait_for_url(f"{here.hub.issuer}/login/**")
    page.get_by_role("alert").wait_for()
    assert page.locator("input[type=password]").is_visible()
    page.goto(f"{here.hub.issuer}/services")
    assert page.url.startswith(f"{here.hub.issuer}/login/")


def test_without_scripts_one_gets_there_too(page: Page, here: Here) -> None:
    browser = page.context.browser
    assert browser
    with browser.new_context(locale="fr-FR", java_script_enabled=False) as plain:
        bare = plain.new_page()
        to_psc(bare, here)
        card(bare, "marie.durand")
        bare.wait_for_url(f"{here.medimail.site.origin}/**")


def test_no_frame_may_hold_the_simulator(page: Page, here: Here) -> None:
    with page.expect_response(f"{here.sites.wallet.origin}/auth?**") as shown:
        to_psc(page, here)
    assert "frame-ancestors 'none'" in shown.value.headers["content-security-policy"]


def test_everybody_can_read_the_simulator(page: Page, here: Here) -> None:
    to_psc(page, here)
    seen = _judged(page, "card")
    page.get_by_role("link", name="e-CPS", exact=True).click()
    seen += _judged(page, "mobile")
    page.get_by_label("Identifiant national").fill("899700075064")
    page.get_by_role("button", name="e-CPS").click()
    page.locator("[data-number]").wait_for()
    page.goto(f"{here.sites.wallet.origin}/telephone")
    seen += _judged(page, "telephone")
    page.get_by_role("button", name="Ce n’est pas moi").click()
    here.provider.faults.switch([Fault.WRONG_KEY, Fault.SLOW])
    for path in ("", "session", "simulation", "auth"):
        page.goto(f"{here.sites.wallet.origin}/{path}")
        seen += _judged(page, path or "home")
    assert seen == []


def to_psc(page: Page, here: Here) -> None:
    page.goto(f"{here.medimail.site.origin}/")
    page.locator("form[action$='/psc'] button").click()
    page.wait_for_url(f"{here.sites.wallet.origin}/auth?**")


def card(page: Page, key: str) -> None:
    page.locator(f"button[name=card][value='{key}']").click()


def told(page: Page, here: Here) -> dict[str, Any]:
    page.wait_for_url(f"{here.medimail.site.origin}/**")
    claims: dict[str, Any] = json.loads(page.locator("#claims").inner_text())
    return claims


def _psc(sites: PscSites, authority: Authority) -> str:
    near, realm = sites.near, "/auth/realms/esante-wallet"
    at = f"{near}{realm}/protocol/openid-connect"
    return f"""
methods = ["psc", "password", "totp"]
[plugin.psc]
environment = "bas"
client_id = "portail"
client_secret_file = "psc.secret"
issuer = "{sites.auth.origin}{realm}"
metadata_url = "{near}{realm}/.well-known/wallet-openid-configuration"
[plugin.psc.endpoints]
token = "{at}/token"
userinfo = "{at}/userinfo"
jwks = "{at}/certs"
[outbound.parties."psc/psc".tls]
authorities = "{Path(authority.root)}"
"""


def _judged(page: Page, name: str) -> list[str]:
    judge.wide_again(page)
    seen = judge.wide_and_light(page, f"psc-{name}")
    seen += judge.narrow_and_dark(page, f"psc-{name}")
    judge.wide_again(page)
    return [f"{name} {each}" for each in seen]
