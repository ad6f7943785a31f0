"""States of a shared study: the form, the link to hand over, « Mes partages », the recipient's."""

import base64
import json
import re
from collections.abc import Mapping
from itertools import repeat
from typing import Any
from urllib.parse import urlencode

from tests.peers.browser.people import Person
from tests.peers.browser.state import SEED, STATES
from tests.peers.browser.tab import Tab

HERE, ONE = "/apps/emage/mine/", "/apps/emage/mine/<name>"
SHARED, CODE = "/apps/emage/shared/<secret>", "/apps/emage/shared/<secret>/code"


@STATES("share-form", ONE, seed=SEED)
def form(tab: Tab, person: Person) -> None:
    """As e-mage sends somebody there, signed in with the password so far."""
    tab.sign_in(person)
    tab.open("/open/emage")
    told = json.loads(tab.page.locator("#claims").inner_text())
    wanted = {
        "sub": told["id_token"]["sub"],
        "study": "1.2.840",
        "opens_at": f"{tab.town.emage.site.origin}/",
    }
    tab.open(str(_asked(tab, "shares", wanted)["form"]))
    tab.send(code=person.code())


@STATES("share-form-wrong", ONE, seed=SEED, status=422)
def form_wrong(tab: Tab, person: Person) -> None:
    form(tab, person)
    tab.post("form:has([name=recipient])", recipient="nobody")


@STATES("share-sent", ONE, seed=SEED)
def sent(tab: Tab, person: Person) -> None:
    form(tab, person)
    tab.send(recipient=_recipient(person), comment="Pour avis avant mercredi")


@STATES("share-withdrawn", ONE, seed=SEED)
def withdrawn(tab: Tab, person: Person) -> None:
    sent(tab, person)
    page = tab.page.url
    tab.press("form[action$='/revoke'] button")
    tab.open(page)


@STATES("share-not-mine", ONE, seed=SEED, status=404)
def not_mine(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(f"{HERE}never-was")
    tab.send(code=person.code())


@STATES("shares-none", HERE, seed=SEED)
def none(tab: Tab, person: Person) -> None:
    tab.sign_in(person)
    tab.open(HERE)
    tab.send(code=person.code())


@STATES("shares", HERE, seed=SEED)
def shares(tab: Tab, person: Person) -> None:
    """One is opened by a recipient who ends at e-mage with a ticket."""
    sent(tab, person)
    link = _link(tab)
    with tab.another() as recipient:
        _code_asked(recipient, link)
        right = recipient.sent_code(_recipient(person))
        at_emage = f"{tab.town.emage.site.origin}/?ticket="
        # Past the content policy of the page with the form; there e-mage asks for a sign-in.
        with recipient.page.expect_request(lambda asked: asked.url.startswith(at_emage)) as came:
            recipient.send(code=right)
        ticket = came.value.url.removeprefix(at_emage)
    _asked(tab, "tickets", {"ticket": ticket})
    tab.open(HERE)


@STATES("shared", SHARED, seed=SEED)
def shared(tab: Tab, person: Person) -> None:
    tab.open(_shared_by(tab, person))


@STATES("shared-code", CODE, seed=SEED)
def code(tab: Tab, person: Person) -> None:
    _code_asked(tab, _shared_by(tab, person))


@STATES("shared-code-wrong", CODE, seed=SEED, status=422)
def code_wrong(tab: Tab, person: Person) -> None:
    code(tab, person)
    tab.send(code=_wrong(tab, person))


@STATES("shared-too-soon", SHARED, seed=SEED, status=429)
def too_soon(tab: Tab, person: Person) -> None:
    code(tab, person)
    tab.press("details summary")
    tab.press("details button")


@STATES("shared-rests", CODE, seed=SEED, status=429)
def rests(tab: Tab, person: Person) -> None:
    code(tab, person)
    wrong = _wrong(tab, person)
    for _ in range(3):
        tab.send(code=wrong)


@STATES("shared-gone", SHARED, status=404)
def gone(tab: Tab, person: Person) -> None:
    tab.open("/apps/emage/shared/never-was")


def _recipient(person: Person) -> str:
    return f"{person.login}@elsewhere.test"


def _shared_by(tab: Tab, person: Person) -> str:
    """The link, as the sender reads it in another browser."""
    with tab.another() as sender:
        sent(sender, person)
        return _link(sender)


def _link(tab: Tab) -> str:
    found = re.search(r"https://\S+/apps/emage/shared/[\w-]+", tab.page.inner_text("main"))
    assert found
    return found[0]


def _code_asked(tab: Tab, link: str) -> None:
    tab.open(link)
    tab.press("main form button")


def _wrong(tab: Tab, person: Person) -> str:
    return f"{(int(tab.sent_code(_recipient(person))) + 1) % 1_000_000:06}"


def _asked(tab: Tab, what: str, body: Mapping[str, str]) -> Any:
    """As e-mage, with its own token."""
    party, hub = tab.town.emage, tab.town.hub
    named = base64.b64encode(f"{party.client_id}:{party.secret}".encode()).decode()
    wanted = urlencode({"grant_type": "client_credentials", "scope": "shares"})
    plain = "application/x-www-form-urlencoded"
    shown = {"Authorization": f"Basic {named}", "Content-Type": plain}
    with hub.ask("POST", "/oidc/token", wanted, shown) as answer:
        token = json.loads(answer.read())["access_token"]
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    # The worker links the trail each second; until then the person is nobody to the service.
    for _ in repeat(None, 400):
        with hub.ask("POST", f"/apps/emage/{what}/", json.dumps(body), bearer) as answer:
            if answer.status in (200, 201):
                return json.loads(answer.read())
        tab.page.wait_for_timeout(50)
    raise AssertionError("e-mage was refused")
