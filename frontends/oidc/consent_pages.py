"""« Accords donnés aux services »: what one agreed to, and how one takes it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Access, Pages, ServiceId, Settings, Toolbox, value

from .client_book import ClientBook, clients_now
from .consent import Agreements
from .device_pages import in_front
from .grants import GrantBook

HERE: Final = "/apps/oidc/consents/"


@value
class _Row:
    service: str
    title: str
    since: datetime


class ConsentPages:
    def __init__(self, toolbox: Toolbox, clients: ClientBook) -> None:
        self._toolbox = toolbox
        self._clients = clients
        self._agreements = Agreements(toolbox)
        self._given = GrantBook(toolbox)

    def mine(self) -> str:
        person = in_front(self._toolbox).account
        given = sorted(self._agreements.of(person.id).items())
        rows: Sequence[_Row] = [
            _Row(service=each, title=self._title(each), since=at) for each, at in given
        ]
        return render_template("oidc/consents.html", person=person, given=rows)

    def withdraw(self) -> Response:
        person = in_front(self._toolbox).account
        service = ServiceId(request.form.get("service", "")[:128])
        # First: what fails here leaves the agreement on the page, to be taken back again.
        if client := self._clients.of_service(service):
            self._given.end_given(person.id, client.id)
        if self._agreements.withdraw(person.id, service):
            self._toolbox.note("oidc.consent_withdrawn", person.id, service=service)
        return redirect(HERE, 303)

    def _title(self, service: ServiceId) -> str:
        found = self._toolbox.services.get(service)
        return found.tile.title if found and found.tile else service


def consent_pages(settings: Settings, toolbox: Toolbox) -> Pages:
    drawn = ConsentPages(toolbox, clients_now(settings, toolbox))
    routes = Blueprint("consents", __name__)
    routes.add_url_rule("/", "mine", drawn.mine)
    routes.add_url_rule("/withdraw", "withdraw", drawn.withdraw, methods=["POST"])
    return Pages(blueprint=routes, access=Access(minimum="simple"), under="consents", listed=True)
