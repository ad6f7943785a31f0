"""A telephone and a device without a browser, associated by people on the hub's real pages."""

import base64
import html
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
import segno
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId
from hub.store.sealing import KeyRing
from hub.toolboxes import BoundSeal
from tests.flows.browser import Browser, Page
from tests.flows.region import HUB, Region
from tests.flows.steps import signed_in

pytestmark = pytest.mark.slow

WHO, CLIENT = "nadia.benali", "medimail-mobile"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
TICKET = "urn:federation-hub:grant-type:ticket"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PAGE, DEVICES = f"{HUB}/apps/oidc/device/", f"{HUB}/apps/oidc/devices/"


class Application:
    """What runs on the telephone or the device: it never sees a page."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.machine = Client(region.serve, use_cookies=False)
        self.key = ECKey.generate_key("P-256")
        self.proofs = 0

    def post(self, path: str, proven: bool = False, **form: str) -> TestResponse:
        headers = {"DPoP": self.proof(f"{HUB}{path}")} if proven else {}
        given = {"client_id": CLIENT, **form}
        return self.machine.post(path, base_url=HUB, data=given, headers=headers)

    def proof(self, address: str) -> str:
        self.proofs += 1
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.key.as_dict(private=False)}
        now = int(self.region.clock().timestamp())
        said = {"jti": f"p-{self.proofs}", "htm": "POST", "htu": address, "iat": now}
        return jwt.encode(head, said, self.key)

    def associate(self, ticket: str) -> Mapping[str, Any]:
        claimed = self.post(
            "/oidc/ticket",
            ticket=ticket,
            code_challenge=CHALLENGE,
            code_challenge_method="S256",
            device_name="Téléphone de Nadia",
        )
        assert claimed.status_code == 200, claimed.data
        code = claimed.get_json()["code"]
        form = {"grant_type": TICKET, "code": code, "code_verifier": VERIFIER}
        answer = self.post("/oidc/token", proven=True, **form)
        assert answer.status_code == 200, answer.data
        given: Mapping[str, Any] = answer.get_json()
        return given

    def refresh(self, token: str) -> TestResponse:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self.post("/oidc/token", proven=True, **form)

    def begin(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self.post("/oidc/device_authorization", scope="openid").get_json()
        return told

    def poll(self, told: Mapping[str, Any]) -> TestResponse:
        form = {"grant_type": DEVICE, "device_code": told["device_code"]}
        return self.post("/oidc/token", **form)


def strong(region: Region, browser: Browser, page: Page) -> Page:
    return browser.submit(page.form(asking="code"), {"code": region.totp()})


def at_devices(region: Region) -> tuple[Browser, Page]:
    browser = region.browser()
    signed_in(browser, WHO)
    page = strong(region, browser, browser.open(DEVICES))
    assert page.path == "/apps/oidc/devices/"
    return browser, page


def ticket_on(region: Region, page: Page) -> str:
    """What a camera reads; the picture on the page is compared with one drawn of it here."""
    association = page.address.partition("?id=")[2]
    asked = text("select shown from oidc_associations where id = :id")
    with region.app.database.transaction() as work:
        sealed = work.execute(asked, {"id": association}).scalar_one()
    seal = BoundSeal(seal=KeyRing.from_folder(region.folder / "secrets"), plugin="oidc")
    ticket = seal.open(sealed, f"ticket/{association}").decode()
    read = urlencode({"iss": HUB, "client_id": CLIENT, "ticket": ticket})
    drawing = segno.make(f"{DEVICES}#{read}", error="m", micro=False)
    picture = drawing.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    assert picture.replace("&", "&amp;") in page.text or picture in page.text
    assert ticket not in page.text
    return ticket


def associated(region: Region) -> tuple[Browser, Page, Application, Mapping[str, Any]]:
    """With the page that waits for the telephone still open."""
    browser, page = at_devices(region)
    page = browser.submit(page.form(to="/devices/add"))
    assert "Lisez ce code avec votre téléphone" in page.words, page.words
    frame = browser.open(page.address.replace("/scan?", "/state?"))
    assert frame.headers["refresh"] == "3" and "En attente" in frame.words
    assert "frame-ancestors 'self'" in frame.headers["content-security-policy"]
    phone = Application(region)
    return browser, page, phone, phone.associate(ticket_on(region, page))


def test_a_telephone_reads_the_code_and_the_page_says_so_at_once(region: Region) -> None:
    browser, page, phone, given = associated(region)
    region.app.worker.turn()
    inbox = browser.open(f"{HUB}/apps/console/").words
    assert "Un appareil a été associé à votre compte" in inbox
    page = browser.open(page.address)
    assert "Téléphone associé" in page.words and "iframe" not in page.text
    page = browser.follow(page, "Revenir à mes appareils")
    assert "Téléphone de Nadia" in page.words and "Medimail sur téléphone" in page.words
    page = browser.submit(page.form(to="/rename"), {"name": "Le vieux téléphone"})
    assert "Le vieux téléphone" in page.words
    page = browser.submit(page.form(to="/remove"))
    assert "Aucun appareil n’est associé" in page.words
    assert phone.refresh(given["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert "Appareil retiré" in browser.open(f"{HUB}/account/history").words


def test_leaving_leaves_the_telephone_in_and_ending_everything_does_not(region: Region) -> None:
    browser, _, phone, given = associated(region)
    browser.submit(browser.open(f"{HUB}/services").form(to="/logout"))
    region.clock.later(days=3)
    given = phone.refresh(given["refresh_token"]).get_json()
    assert given["access_token"]
    elsewhere = region.browser()
    signed_in(elsewhere, WHO)
    browser, page = at_devices(region)
    assert "Téléphone de Nadia" in page.words
    browser.submit(browser.open(f"{HUB}/account/sessions").form(to="/end-others"))
    assert phone.refresh(given["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert "Aucun appareil" in browser.open(DEVICES).words


def test_a_password_set_anew_ends_what_was_granted(region: Region) -> None:
    _, _, phone, given = associated(region)
    browser = region.browser()
    page = browser.follow(browser.open(f"{HUB}/services"), "Mot de passe oublié")
    browser.submit(page.form(asking="identifier"), {"identifier": WHO})
    region.app.worker.turn()
    inbox = browser.open(f"{HUB}/apps/console/").text
    link = re.search(r"/apps/password/set\S+?(?=[\"<\s])", inbox)
    assert link, inbox
    # Not yet: whoever only asks for a link, for whomever, ends nothing.
    given = phone.refresh(given["refresh_token"]).get_json()
    page = browser.open(f"{HUB}{html.unescape(link[0])}")
    new = "une lampe verte sous le vieux tilleul"
    page = browser.submit(
        page.form(asking="new_password"), {"new_password": new, "new_password_again": new}
    )
    assert page.status == 200, page.words
    # Whoever knew the old one may have associated a device of their own with it.
    assert phone.refresh(given["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_the_account_leads_there_and_a_password_alone_does_not_open_it(region: Region) -> None:
    browser = region.browser()
    signed_in(browser, WHO)
    page = browser.follow(browser.open(f"{HUB}/account"), "Appareils mobiles")
    assert page.path.startswith("/login/") and "Appareils mobiles" in page.words
    assert strong(region, browser, page).path == "/apps/oidc/devices/"


def test_a_code_no_telephone_read_is_over_after_two_minutes(region: Region) -> None:
    browser, page = at_devices(region)
    page = browser.submit(page.form(to="/devices/add"))
    waiting = page.address
    region.clock.later(minutes=2)
    page = browser.open(waiting)
    assert "n’est plus valable" in page.words
    page = browser.submit(page.form(to="/devices/add"))
    assert page.address != waiting and "Lisez ce code" in page.words
    other = region.browser()
    signed_in(other, "marie.durand")
    assert "Lisez ce code" not in other.open(waiting).words


def test_a_device_is_associated_by_the_code_it_shows(region: Region) -> None:
    device = Application(region)
    told = device.begin()
    browser = region.browser()
    page = signed_in(browser, WHO, told["verification_uri_complete"])
    assert page.path == "/apps/oidc/device/"
    page = browser.submit(page.form(asking="user_code"))
    assert "Est-ce bien vous qui avez commencé" in page.words and told["user_code"] in page.words
    assert device.poll(told).get_json()["error"] == "authorization_pending"
    page = browser.submit(page.form(to="/answer"), button="Oui")
    page = strong(region, browser, page)
    assert "Appareil associé" in page.words
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: device.poll(told), range(6)))
    assert sorted(each.status_code for each in answers) == [200] + [400] * 5
    assert "Medimail sur téléphone" in browser.open(DEVICES).words


def test_who_did_not_begin_it_refuses(region: Region) -> None:
    device = Application(region)
    told = device.begin()
    browser = region.browser()
    page = signed_in(browser, WHO, PAGE)
    page = browser.submit(page.form(asking="user_code"), {"user_code": told["user_code"].lower()})
    page = browser.submit(page.form(to="/answer"), button="Non")
    assert "Rien n’a été associé" in page.words
    assert device.poll(told).get_json()["error"] == "access_denied"


def test_codes_are_not_guessed(region: Region) -> None:
    told = Application(region).begin()
    browser = region.browser()
    page = signed_in(browser, WHO, PAGE)
    for _ in range(5):
        page = browser.submit(page.form(asking="user_code"), {"user_code": "BBBB-BBBB"})
        assert page.status == 422 and "n’est pas celui d’un appareil" in page.alert()
    page = browser.submit(page.form(asking="user_code"), {"user_code": told["user_code"]})
    assert page.status == 429 and "Trop de codes" in page.alert()
    region.clock.later(hours=1)
    page = signed_in(region.browser(), WHO, PAGE)
    assert page.status == 200


def test_a_link_alone_associates_nothing(region: Region) -> None:
    device = Application(region)
    told = device.begin()
    browser = region.browser()
    signed_in(browser, WHO)
    browser.open(told["verification_uri_complete"])
    assert device.poll(told).get_json()["error"] == "authorization_pending"


def test_what_the_trail_told_before_it_named_devices_is_called_by_its_service(
    region: Region,
) -> None:
    nadia = region.app.accounts.by_login(WHO)
    assert nadia
    entry = AuditEntry(at=region.clock(), action="device.associated", account=nadia.id)
    region.app.trail.note(replace(entry, service=ServiceId("medimail")))
    browser = region.browser()
    signed_in(browser, WHO)
    words = browser.open(f"{HUB}/account/history").words
    assert "Appareil associé : Medimail" in words.replace("\u00a0", " ")
