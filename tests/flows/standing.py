"""Where somebody may stand in a sign-in: one entry for each value the contract knows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from hub.contract.accounts import KeepsAccounts
from hub.contract.identifiers import ServiceId
from hub_plugins.demo.notice import PASSWORD
from tests.flows.browser import Page
from tests.flows.psc import card, to_psc
from tests.flows.region import EMAGE, HUB, MEDIMAIL, Region
from tests.flows.steps import signed_in, with_password
from tests.flows.traveller import PORTAL, Traveller, newcomer


MARIE = "marie.durand"


@dataclass
class Scenery:
    region: Region
    consenting: Region
    """Where e-mage asks each person whether it may learn of them."""


@dataclass
class Stand:
    """A traveller, and the pages they saw, the last one in front of them."""

    traveller: Traveller
    pages: Sequence[Page]
    after: Callable[[], None] = lambda: None
    """Puts right what the others of the region need."""


Reach = Callable[[Scenery], Stand]
PLACES: dict[str, Reach] = {}
"""By the value: `Step.Ask`, `Shortfall.RIGHT_MISSING`."""


def place(*values: str) -> Callable[[Reach], Reach]:
    def enter(reach: Reach) -> Reach:
        for each in values:
            assert each not in PLACES, each
            PLACES[each] = reach
        return reach

    return enter


def traveller(region: Region, wanted: str, login: str = "") -> Traveller:
    login = login or newcomer(region)
    return Traveller(region=region, browser=region.browser(), login=login, wanted=wanted)


@place("Outcome.Pending", "Decision.MoreNeeded")
def choosing(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE)
    return Stand(one, [one.browser.open(f"{EMAGE}/"), one.begin()])


@place("Step.Ask", "Outcome.Admitted")
def second_factor(here: Scenery) -> Stand:
    one = traveller(here.region, MEDIMAIL)
    first = one.begin()
    return Stand(one, [first, with_password(one.browser, first, one.login)])


@place("Step.Redirect")
def on_the_way_to_a_provider(here: Scenery) -> Stand:
    one = replace(traveller(here.region, MEDIMAIL, MARIE), card=MARIE)
    first = one.begin()
    return Stand(one, [first, to_psc(one.browser, first)])


@place("Step.Refused")
def turned_back_at_the_provider(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE)
    away = to_psc(one.browser, one.begin())
    back = one.browser.submit(away.form(button="Annuler"), button="Annuler")
    assert back.alert(), back.words
    return Stand(one, [away, back])


@place("Step.Proved", "Outcome.Ended", "Decision.Satisfied")
def through(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE)
    first = one.begin()
    return Stand(one, [first, with_password(one.browser, first, one.login)])


@place("Outcome.Vouched")
def already_known(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE)
    portal = signed_in(one.browser, one.login)
    page = one.begin()
    assert one.arrived(page)
    return Stand(one, [portal, page])


@place("Outcome.OtherPerson")
def somebody_else_proved_it(here: Scenery) -> Stand:
    one = replace(traveller(here.region, MEDIMAIL, MARIE), card=MARIE)
    with_password(one.browser, one.browser.open(f"{EMAGE}/inside"), newcomer(here.region))
    first = one.begin()
    choices = one.browser.open(first.address + "?choose=1")
    page = card(one.browser, to_psc(one.browser, choices), MARIE)
    assert any(each.action.endswith("/continue") for each in page.forms()), page.words
    return Stand(one, [choices, page])


@place("TaskStep.Ask", "Decision.ActionDue")
def terms(here: Scenery) -> Stand:
    one = traveller(here.region, PORTAL)
    first = one.begin()
    page = with_password(one.browser, first, one.login)
    assert page.has("accept"), page.words
    return Stand(one, [first, page])


@place("TaskStep.Done")
def terms_accepted(here: Scenery) -> Stand:
    told = terms(here)
    return replace(told, pages=[told.pages[-1], told.traveller.step(told.pages[-1])])


@place("TaskStep.Redirect")
def linking_a_provider(here: Scenery) -> Stand:
    """No action of ours sends people away; setting up a means does, by the same value."""
    one = traveller(here.region, PORTAL)
    signed_in(one.browser, one.login)
    page = one.browser.open(f"{HUB}/account/means")
    while page.path != "/account":
        page = one.step(page)
    form = page.form(to="/account/means/psc")
    return Stand(one, [page, one.browser.submit(form, {"begin": "1"})])


@place("Outcome.OutOfReach", "Decision.OutOfReach", "Shortfall.NO_METHOD_REACHES_LEVEL")
def nothing_is_strong_enough(here: Scenery) -> Stand:
    """The service insists on a level that nobody could reach."""
    one = traveller(here.region, EMAGE)
    one.begin()
    wish = '{"id_token":{"acr":{"essential":true,"values":["urn:hub:acr:heavenly"]}}}'
    return _asked_again(one, "unmet_authentication_requirements", f"&claims={quote(wish)}")


@place("Shortfall.RIGHT_MISSING")
def without_the_right(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE, newcomer(here.region, rights=[]))
    first = one.begin()
    page = with_password(one.browser, first, one.login)
    assert page.status == 403 and page.alert(), page.words
    return Stand(replace(one, wanted=PORTAL), [first, page])


@place("Shortfall.ACCOUNT_LOCKED")
def suspended_meanwhile(here: Scenery) -> Stand:
    """A colleague at the same screen goes on: nobody else could."""
    region, one = here.region, traveller(here.region, EMAGE)
    portal = signed_in(one.browser, one.login)
    account = region.app.accounts.by_login(one.login)
    store = region.app.stores["own"]
    assert account and isinstance(store, KeepsAccounts)
    store.suspend(account.id)
    page = one.begin()
    assert page.status == 403, page.words
    return Stand(replace(one, login=newcomer(region), leaves=True), [portal, page])


@place("Shortfall.DECLINED")
def turned_back(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE)
    first = one.begin()
    return Stand(one, [first, one.browser.submit(first.form(to="/cancel"))])


@place("Shortfall.LOGIN_REQUIRED")
def silently_a_stranger(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE)
    one.begin()
    return _silent(one, "login_required")


@place("Shortfall.INTERACTION_REQUIRED")
def silently_with_a_task(here: Scenery) -> Stand:
    expired = {"secret": PASSWORD, "expires": here.region.clock()}
    one = traveller(here.region, EMAGE, newcomer(here.region, secrets={"password": expired}))
    with_password(one.browser, one.begin(), one.login)
    return _silent(one, "interaction_required")


@place("Shortfall.CONSENT_REQUIRED")
def silently_without_agreement(here: Scenery) -> Stand:
    one = traveller(here.consenting, EMAGE)
    signed_in(one.browser, one.login)
    one.begin()
    return _silent(one, "consent_required")


@place("Shortfall.ACCOUNT_SELECTION_REQUIRED")
def silently_as_somebody_else(here: Scenery) -> Stand:
    one = traveller(here.region, EMAGE)
    one.begin()
    signed_in(one.browser, one.login)
    return _silent(one, "account_selection_required", "&login_hint=marie.durand")


@place("Gone.FINISHED")
def finished(here: Scenery) -> Stand:
    told = through(here)
    page = told.traveller.browser.open(told.pages[0].address)
    return replace(told, pages=[told.pages[0], page])


@place("Gone.OTHER_BROWSER")
def another_s_address(here: Scenery) -> Stand:
    told, one = choosing(here), traveller(here.region, EMAGE)
    page = one.browser.open(told.pages[-1].address)
    return Stand(one, [one.browser.open(f"{EMAGE}/"), page])


@place("Gone.SUSPENDED")
def switched_off_meanwhile(here: Scenery) -> Stand:
    told, services = choosing(here), here.region.app.registered
    services.switch(ServiceId("emage"), on=False)
    here.region.clock.later(seconds=2)
    one = replace(told.traveller, wanted=PORTAL)
    page = one.browser.open(told.pages[-1].address)

    def again() -> None:
        services.switch(ServiceId("emage"), on=True)
        here.region.clock.later(seconds=2)

    return Stand(one, [told.pages[-1], page], after=again)


def _silent(one: Traveller, expected: str, more: str = "") -> Stand:
    return _asked_again(one, expected, f"&prompt=none{more}")


def _asked_again(one: Traveller, expected: str, more: str) -> Stand:
    """The service asks again what it asked first, and *more*."""
    first = one.browser.open(f"{EMAGE}/")
    asked = [str(each.url) for each in one.browser.sent if each.url.path == "/oidc/authorize"]
    page = one.browser.open(f"{asked[0]}{more}")
    assert f"error={expected}" in page.address, page.address
    return Stand(one, [first, page])
