"""The pages of those who make services: the last flows of each, step by step, and one to try."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Access, DeclaredPeer, Pages, Service, ServiceId, SignedIn, Toolbox

from .clients import Client, client_of, declared_by
from .journal import Journal
from .settings import OidcSettings
from .trial import Outcome, Trial, possible

UNDER: Final = "developer"
HINTS: Final = {
    error: f"developer.error.{error}"
    for error in (
        *("login_required", "interaction_required", "consent_required", "access_denied"),
        "account_selection_required",
        *("unmet_authentication_requirements", "invalid_grant", "invalid_scope"),
        *("invalid_request", "oidc.unknown_redirect_uri"),
    )
}
"""What a developer does about an error: the key of the sentence."""
RIGHT: Final = "developer"
"""`<service>.developer`: given by the operator, like any other right."""


def developer_pages(settings: OidcSettings, toolbox: Toolbox) -> Pages:
    pages = DeveloperPages(toolbox, Trial(settings, toolbox))
    routes = Blueprint("developer", __name__)
    routes.add_url_rule("/", "services", pages.services)
    routes.add_url_rule("/-/back", "back", pages.back)
    routes.add_url_rule("/<service>", "flows", pages.flows)
    routes.add_url_rule("/<service>/try", "try", pages.begin, methods=["POST"])
    return Pages(
        blueprint=routes,
        access=Access(minimum="simple"),
        under=UNDER,
        listed=True,
        listed_for=RIGHT,
    )


class DeveloperPages:
    def __init__(self, toolbox: Toolbox, trial: Trial) -> None:
        self._toolbox = toolbox
        self._trial = trial
        self._journal = Journal(toolbox, {})

    def services(self) -> Response:
        own = list(self._own())
        return self._page("developer.html", services=[(s.id, _title(s)) for s in own])

    def flows(self, service: str) -> Response:
        found = self._service(service)
        client = _client(found)
        return self._page(
            "developer_flows.html",
            service=found.id,
            title=_title(found),
            flows=self._journal.of(found.id),
            possible=possible(client),
        )

    def begin(self, service: str) -> Response:
        client = _client(self._service(service))
        if not possible(client):
            abort(404)
        return redirect(self._trial.address(client, self._person().account.id), 303)

    def back(self) -> Response:
        answer = {name: text[:4096] for name, text in request.args.items()}
        begun = self._trial.begun(answer.get("state", ""), self._person().account.id)
        if begun is None:
            return self._page("developer_tried.html", outcome=None, title="", status=400)
        # The right may have been taken away since.
        found = self._service(str(begun["service"]))
        outcome: Outcome = self._trial.outcome(_client(found), begun, answer)
        return self._page("developer_tried.html", outcome=outcome, title=_title(found))

    def _own(self) -> Iterator[Service]:
        person = self._person()
        here = {None, person.situation.id if person.situation else None}
        held = {right.name for right in person.account.rights if right.situation in here}
        for service in self._toolbox.services.values():
            if f"{service.id}.{RIGHT}" in held and _speaks(service):
                yield service

    def _service(self, name: str) -> Service:
        """Another's service is no more there than one that does not exist."""
        found = next((each for each in self._own() if each.id == ServiceId(name)), None)
        return found or abort(404)

    def _person(self) -> SignedIn:
        return self._toolbox.signed_in() or abort(404)

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        known: Mapping[str, Any] = {"person": self._person().account, "hints": HINTS, **values}
        answer = make_response(render_template(f"oidc/{template}", **known), status)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _speaks(service: Service) -> bool:
    return isinstance(service.peer, DeclaredPeer) and service.peer.frontend == "oidc"


def _client(service: Service) -> Client:
    """Without its secret: here nobody proves to be it."""
    assert isinstance(service.peer, DeclaredPeer)
    return client_of(service, declared_by(service.peer.table, f"service.{service.id}.oidc"), None)


def _title(service: Service) -> str:
    return service.tile.title if service.tile else str(service.id)
