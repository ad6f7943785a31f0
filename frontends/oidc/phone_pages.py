"""« Appareils mobiles »: what is associated, its names, its end; and the code a telephone reads."""

from typing import Any, Final
from urllib.parse import urlencode

import segno
from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Toolbox

from .associations import Association, AssociationBook, State
from .device_pages import in_front, laid_down
from .device_services import DeviceServices
from .devices import LONGEST_NAME, DeviceBook

HERE: Final = "/apps/oidc/devices/"
_LOOK_AGAIN: Final = 3
"""Seconds after which the page looks whether a telephone has come; without any script."""


class PhonePages:
    def __init__(self, toolbox: Toolbox, services: DeviceServices) -> None:
        self._toolbox = toolbox
        self._services = services
        self._associations = AssociationBook(toolbox)
        self._devices = DeviceBook(toolbox)

    def mine(self) -> Response:
        account = in_front(self._toolbox).account
        devices = self._devices.of(account.id)
        return self._page(
            "devices.html",
            devices=devices,
            titles={each.client: self._services.title(each.client) for each in devices},
            offers=self._services.for_phones(),
            longest=LONGEST_NAME,
        )

    def add(self) -> Response:
        client = request.form.get("client", "")
        if client not in {each.client for each in self._services.for_phones()}:
            return redirect(HERE, 303)
        wish = laid_down(self._toolbox, client, in_front(self._toolbox), "")
        return redirect(f"/oidc/associate?wish={wish}", 303)

    def scan(self) -> Response:
        account = in_front(self._toolbox).account
        found = self._associations.find(request.args.get("id", "")[:64])
        if found is None or found.account != account.id:
            return redirect(HERE, 303)
        if any(each.association == found.id for each in self._devices.of(account.id)):
            return self._scanned(found, "associated")
        if found.until <= self._toolbox.clock().timestamp():
            return self._scanned(found, "over")
        if found.state is State.TAKEN:
            return self._scanned(found, "read", refresh=_LOOK_AGAIN)
        return self._scanned(found, "waiting", qr=self._drawn(found), refresh=_LOOK_AGAIN)

    def remove(self) -> Response:
        account = in_front(self._toolbox).account
        client = self._devices.remove(account.id, request.form.get("device", "")[:64])
        if client is not None:
            self._toolbox.note("device.removed", account.id, service=client)
        return redirect(HERE, 303)

    def rename(self) -> Response:
        account = in_front(self._toolbox).account
        device, name = request.form.get("device", "")[:64], request.form.get("name", "")
        self._devices.rename(account.id, device, name)
        return redirect(HERE, 303)

    def _drawn(self, found: Association) -> str:
        read = {
            "iss": self._toolbox.public_address,
            "client_id": found.client,
            "ticket": found.ticket,
        }
        # Behind `#`: whatever else opens the address, the ticket goes to no server and no log.
        address = f"{self._toolbox.public_address}{HERE}#{urlencode(read)}"
        drawing = segno.make(address, error="m", micro=False)
        drawn: str = drawing.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
        return drawn

    def _scanned(self, found: Association, state: str, **values: Any) -> Response:
        service = self._services.title(found.client)
        known = {"qr": None, "state": state, "service": service, "client": found.client}
        return self._page("scan.html", **{**known, **values})

    def _page(self, template: str, **values: Any) -> Response:
        person = in_front(self._toolbox).account
        answer = make_response(render_template(f"oidc/{template}", person=person, **values))
        # It holds a ticket: Back must not show it to whoever sits down next.
        answer.headers["Cache-Control"] = "no-store"
        return answer


def phone_blueprint(pages: PhonePages) -> Blueprint:
    routes = Blueprint("devices", __name__)
    routes.add_url_rule("/", "mine", pages.mine)
    routes.add_url_rule("/add", "add", pages.add, methods=["POST"])
    routes.add_url_rule("/scan", "scan", pages.scan)
    routes.add_url_rule("/remove", "remove", pages.remove, methods=["POST"])
    routes.add_url_rule("/rename", "rename", pages.rename, methods=["POST"])
    return routes
