"""Who speaks in a request where nobody is asked to sign in: a service's token, a browser."""

import flask

from hub.contract.accounts import Account
from hub.contract.federation import KnowsCallers, ServiceCaller
from hub.contract.identifiers import ServiceId
from hub.contract.services import Service
from hub.contract.toolbox import Seal
from hub.contract.values import value
from hub.broker.release import sector_of
from hub.web.desk import desk
from hub.web.headers import allow_form_to
from hub.web.parts import browser, hub, language


def caller() -> ServiceCaller | None:
    """The service whose own token came along."""
    scheme, _, token = flask.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    knowing = (each for each in hub().endings.values() if isinstance(each, KnowsCallers))
    found = (each.caller(token.strip()) for each in knowing)
    return next((each for each in found if each), None)


def person(service: Service, subject: str) -> Account | None:
    """Whom *service* knows by that name, unless they are suspended."""
    found = desk().own.known.called(sector_of(service), subject)
    account = hub().accounts.by_id(found) if found else None
    return None if account is None or account.locked else account


@value
class WebVisiting:
    """Implements `hub.contract.visiting.Visiting` for one plugin, whose *seal* names browsers."""

    seal: Seal

    def caller(self) -> ServiceCaller | None:
        return caller()

    def person(self, service: ServiceId, subject: str) -> Account | None:
        known = hub().rules.services.get(service)
        return person(known, subject) if known else None

    def browser(self) -> str:
        # Under the plugin's own key: what it keeps leads to no cookie and to no other plugin's.
        return self.seal.digest(browser().key, "browser")

    def language(self) -> str:
        return language()

    def form_leads_to(self, address: str) -> None:
        allow_form_to([address])
