"""Passkeys in a browser we did not write, with the authenticator Chromium carries for tests."""

import json
import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from hub.contract.values import value
from tests.peers.authority import Authority
from tests.peers.hub_process import Carriers
from tests.peers.region import Region, region, type_password
from tests.peers.stories.reading import Guest
from tests.peers.stories.ways import DESK, also_on_a_phone

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
STICK = {**PHONE, "transport": "usb"}
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PASSWORD = "quatre chats sur le toit"


@pytest.fixture(scope="module")
def here(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    folder = tmp_path_factory.mktemp("passkeys")
    carriers = Carriers(plugins=("passkey",))
    with region(authority, f"sqlite:///{folder}/hub.db", folder, carriers=carriers) as started:
        yield started


@pytest.fixture(scope="module")
def people(here: Region) -> Iterator[str]:
    """Their logins, each once: no code of an application serves two tests."""
    logins = [f"ann.{number}" for number in range(12)]
    file = here.hub.folder / "many.toml"
    file.write_text("".join(map(_described, logins)))
    here.hub.command("account", "import", str(file))
    return iter(logins)


def _described(login: str) -> str:
    return f"""
[[person]]
login = "{login}"
given_name = "Ann"
family_name = "Martin"
secrets = {{ password = "{PASSWORD}", totp = "{SEED}" }}
"""


@pytest.fixture
def person(people: Iterator[str]) -> str:
    return next(people)


@pytest.fixture
def tab(browser: Browser, here: Region, request: pytest.FixtureRequest) -> Iterator[Guest]:
    with Guest(browser, here.hub.issuer, getattr(request, "param", DESK)) as opened:
        yield opened


@pytest.fixture
def page(tab: Guest) -> Page:
    return tab.page


@value
class Devices:
    """What the browser of one page has at hand."""

    session: CDPSession

    def plug(self, kind: dict[str, object]) -> str:
        told = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
        return str(told["authenticatorId"])

    def unplug(self, name: str) -> None:
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": name})

    def verify(self, name: str, *, right: bool) -> None:
        """Whether the finger is the owner's."""
        told = {"authenticatorId": name, "isUserVerified": right}
        self.session.send("WebAuthn.setUserVerified", told)

    def kept(self, name: str) -> list[dict[str, object]]:
        told = self.session.send("WebAuthn.getCredentials", {"authenticatorId": name})
        return list(told["credentials"])


@pytest.fixture
def devices(page: Page) -> Devices:
    """In a browser that offers no passkey where the name is typed: Chromium's authenticator would
    take the offer by itself, before anything is clicked."""
    page.add_init_script(
        "if (window.PublicKeyCredential)"
        " PublicKeyCredential.isConditionalMediationAvailable = async () => false"
    )
    return _devices(page)


def _devices(page: Page) -> Devices:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    return Devices(session=session)


@also_on_a_phone
def test_a_passkey_is_made_opens_a_strong_service_by_itself_and_is_taken_back(
    tab: Guest, here: Region, devices: Devices, person: str
) -> None:
    page, phone = tab.page, devices.plug(PHONE)
    _strong(page, here, person)
    _make(page, "Mon téléphone")
    (made,) = devices.kept(phone)
    assert (made["isResidentCredential"], made["rpId"]) == (True, "hub.test")
    assert person not in str(made["userHandle"])

    _leave(page)
    _choose(page, f"{here.medimail.site.origin}/protected/message/42")
    told = _at_medimail(page, here)
    assert told["oidc_claim_acr"] == "urn:hub:acr:strong"
    assert {"swk", "user"} <= set(re.findall(r"\w+", told["oidc_claim_amr"]))

    _remove(page, here, "Mon téléphone")
    _leave(page)
    _choose(page, f"{here.hub.issuer}/account")
    expect(page.get_by_role("alert")).to_contain_text(
        tab.says("refusal.passkey.refused", "passkey")
    )
    page.locator("form[action$='/password'] button[name=begin]").click()
    type_password(page, person, PASSWORD)
    page.wait_for_url(f"{here.hub.issuer}/account")
    expect(page.locator("h1")).to_contain_text(tab.says("account.title"))


@also_on_a_phone
def test_after_a_password_the_persons_own_passkey_raises_the_level(
    tab: Guest, here: Region, devices: Devices, person: str
) -> None:
    page, phone = tab.page, devices.plug(PHONE)
    _strong(page, here, person)
    _make(page, "Clé de l’étage")
    _leave(page)
    page.goto(f"{here.hub.issuer}/account")
    type_password(page, person, PASSWORD)
    page.wait_for_url(f"{here.hub.issuer}/account")
    _choose(page, f"{here.medimail.site.origin}/protected/message/42")
    _at_medimail(page, here)

    # The same authenticator makes no second one for the same person; another does.
    page.goto(f"{here.hub.issuer}/account")
    _add(page, "encore")
    expect(page.get_by_role("alert")).to_contain_text(
        tab.says("refusal.passkey.already", "passkey")
    )
    devices.unplug(phone)
    devices.plug(STICK)
    page.goto(f"{here.hub.issuer}/account")
    _make(page, "Clé de secours")
    expect(page.locator("main")).to_contain_text("Clé de l’étage")
    _leave(page)
    _choose(page, f"{here.hub.issuer}/account/means")
    page.wait_for_url(f"{here.hub.issuer}/account")
    _remove(page, here, "Clé de l’étage")
    _remove(page, here, "Clé de secours")


def test_the_browser_fills_a_passkey_in_where_the_name_is_typed(
    page: Page, here: Region, person: str
) -> None:
    _devices(page).plug(PHONE)
    _strong(page, here, person)
    _make(page, "Mon téléphone")
    _leave(page)
    # Chromium's authenticator picks from the list of names by itself: nothing is clicked.
    page.goto(f"{here.medimail.site.origin}/protected/message/42")
    assert _at_medimail(page, here)["oidc_claim_acr"] == "urn:hub:acr:strong"


def test_without_the_right_finger_nothing_opens_whatever_the_page_was_made_to_ask(
    tab: Guest, here: Region, devices: Devices, person: str
) -> None:
    page, phone = tab.page, devices.plug(PHONE)
    _strong(page, here, person)
    _make(page, "Mon téléphone")
    _leave(page)
    devices.verify(phone, right=False)
    _choose(page, f"{here.hub.issuer}/account")
    expect(page.get_by_role("alert")).to_contain_text("n’a pas donné de clé d’accès")

    # A page bent by its visitor asks for less; the hub does not.
    page.add_init_script(
        """const get = CredentialsContainer.prototype.get;
           CredentialsContainer.prototype.get = function (told) {
             told.publicKey.userVerification = "discouraged";
             return get.call(this, told);
           }"""
    )
    page.reload()
    tab.button("passkey.use", "passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("n’a pas pu être vérifiée")


def _strong(page: Page, here: Region, person: str) -> None:
    page.goto(f"{here.hub.issuer}/account/means")
    type_password(page, person, PASSWORD)
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").fill(pyotp.TOTP(SEED).now())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here.hub.issuer}/account")


def _choose(page: Page, address: str) -> None:
    """By the button of the sign-in page, which opens the browser's own window at once."""
    page.goto(address)
    page.locator("form[action$='/passkey'] button[name=begin], [data-passkey=prove] button").click()


def _add(page: Page, label: str) -> None:
    page.locator("form[action='/account/means/passkey'] button").click()
    page.locator("[name=label]").fill(label)
    page.locator("form:has([name=label]) button:not([name])").click()


def _make(page: Page, label: str) -> None:
    _add(page, label)
    page.wait_for_url("**/account?saved=passkey")
    expect(page.locator("main")).to_contain_text(label)


def _remove(page: Page, here: Region, label: str) -> None:
    page.goto(f"{here.hub.issuer}/account")
    page.locator("a[href*='/passkey/remove']", has_text=label).click()
    page.locator("form[action$='/remove'] button").click()
    page.wait_for_url(f"{here.hub.issuer}/account")
    expect(page.locator("main")).not_to_contain_text(label)


def _leave(page: Page) -> None:
    page.context.clear_cookies()


def _at_medimail(page: Page, here: Region) -> dict[str, str]:
    page.wait_for_url(f"{here.medimail.site.origin}/**")
    told: dict[str, str] = json.loads(page.locator("#claims").inner_text())
    assert page.locator("#path").inner_text() == "/protected/message/42"
    return told
