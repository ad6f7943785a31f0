"""States of « Appareils mobiles », of the code a device shows, of the one a telephone reads."""

from tests.peers.browser.people import Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

TYPED = "/apps/oidc/device/"
_ASKED = """([path, form]) => fetch(path, { method: "POST", body: new URLSearchParams(form) })
  .then((answer) => answer.json())"""
MINE, SCAN = "/apps/oidc/devices/", "/apps/oidc/devices/scan"


@STATES("device-code", TYPED)
def device_code(tab: Tab, person: Person) -> None:
    tab.sign_in(person, "/oidc/device?user_code=WDJB-MJHT")


@STATES("device-code-wrong", TYPED, status=422, once=True)
def device_code_wrong(tab: Tab, person: Person) -> None:
    device_code(tab, person)
    tab.send(user_code="BBBB-BBBB")


@STATES("device-confirm", TYPED, once=True)
def device_confirm(tab: Tab, person: Person) -> None:
    tab.sign_in(person, TYPED)
    tab.send(user_code=_invited(tab))


@STATES("device-refused", "", once=True)
def device_refused(tab: Tab, person: Person) -> None:
    device_confirm(tab, person)
    tab.press("main button[value=no]")


@STATES("device-approved", "/apps/oidc/device/done")
def device_approved(tab: Tab, person: Person) -> None:
    device_confirm(tab, person)
    tab.press("main button[value=yes]")


@STATES("device-over", "/apps/oidc/device/done")
def device_over(tab: Tab, person: Person) -> None:
    tab.sign_in(person, "/apps/oidc/device/done?id=none")


@STATES("devices-none", MINE, seed=SEED)
def devices_none(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, MINE)


@STATES("devices-one", MINE, seed=SEED)
def devices_one(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, MINE)
    device = _begun(tab)
    tab.open(TYPED)
    tab.send(user_code=device["user_code"])
    tab.press("main button[value=yes]")
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    _asked(tab, "/oidc/token", grant_type=grant, device_code=device["device_code"])
    tab.open(MINE)


@STATES("device-to-scan", SCAN, seed=SEED)
def device_to_scan(tab: Tab, person: Person) -> None:
    tab.sign_in_strong(person, MINE)
    tab.press("form[action$='/devices/add'] button")


@STATES("device-waited-for", "/apps/oidc/devices/state", seed=SEED)
def device_waited_for(tab: Tab, person: Person) -> None:
    device_to_scan(tab, person)
    tab.open(str(tab.page.locator("iframe").get_attribute("src")))


def _invited(tab: Tab) -> str:
    return _begun(tab)["user_code"]


def _begun(tab: Tab) -> dict[str, str]:
    return _asked(tab, "/oidc/device_authorization", scope="openid")


def _asked(tab: Tab, path: str, **form: str) -> dict[str, str]:
    """As the device itself would, which is no browser."""
    sent = {"client_id": "pocket", **form}
    told: dict[str, str] = tab.page.evaluate(_ASKED, [path, sent])
    return told
