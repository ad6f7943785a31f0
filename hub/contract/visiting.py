"""Who speaks in a request to a plugin's page, where nobody is asked to sign in."""

from typing import TYPE_CHECKING, Protocol

from hub.contract.accounts import Account
from hub.contract.identifiers import ServiceId

if TYPE_CHECKING:
    from hub.contract.federation import ServiceCaller


class Visiting(Protocol):
    """Answers about the request being served; `LookupError` or worse outside of one."""

    def caller(self) -> "ServiceCaller | None":
        """The service whose own token came along (RFC 6749 4.4); `None`: none, or a person's."""

    def person(self, service: ServiceId, subject: str) -> Account | None:
        """Whom that service knows by this `sub`; `None` too for whoever is suspended."""

    def browser(self) -> str:
        """What this browser is called, for this plugin alone: another's is called otherwise."""

    def language(self) -> str:
        """What the page being served speaks."""

    def form_leads_to(self, address: str) -> None:
        """Let the redirect that follows a form of this page lead to that address's origin."""
