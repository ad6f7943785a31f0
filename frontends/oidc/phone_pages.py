"""« Appareils mobiles »: what is associated, its names, its end; and the code a telephone reads."""

from typing import Any, Final
from urllib.parse import urlencode

import segno
from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Toolbox

from .associations import Association, AssociationBook, State
from .device_pages import in_front, laid_down
from .device_services import DeviceServices
from .devices import LONGEST_NAME, DeviceBook

HERE: Final = "/apps/oidc/devices/"
_LOOK_AGAIN: Final = 3
"""Seconds after which the frame looks whether a telephone has come; without any script."""
_UNDER_WAY: Final = ("waiting", "read")


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
        found = self._mine()
        if found is None:
            return redirect(HERE, 303)
        state = self._state(found)
        drawn = self._drawn(found) if state == "waiting" else None
        watched = f"{HERE}state?id={found.id}" if state in _UNDER_WAY else None
        return self._page(
            "scan.html",
            state=state,
            service=self._services.title(found.client),
            client=found.client,
            qr=drawn,
            watched=watched,
        )

    def state(self) -> Response:
        """The frame in that page: were the whole of it to reload, it would be read out again."""
        found = self._mine()
        state = self._state(found) if found else "over"
        again = f"{HERE}scan?id={found.id}" if found else HERE
        answer = self._page("scan_state.html", state=state, here_again=again)
        g.hub_framed = True
        if state in _UNDER_WAY:
            answer.headers["Refresh"] = str(_LOOK_AGAIN)
        return answer

    def remove(self) -> Response:
        account = in_front(self._toolbox).account
        client = self._devices.remove(account.id, request.form.get("device", "")[:64])
        if client is not None:
            # What it spoke for, not what its person calls it: the trail holds no words of theirs.
            told = self._services.title(client)
            self._toolbox.note("device.removed", account.id, service=client, device=told)
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

    def _mine(self) -> Association | None:
        found = self._associations.find(request.args.get("id", "")[:64])
        account = in_front(self._toolbox).account
        return found if found and found.account == account.id else None

    def _state(self, found: Association) -> str:
        devices = self._devices.of(in_front(self._toolbox).account.id)
        if any(each.association == found.id for each in devices):
            return "associated"
        if found.until <= self._toolbox.clock().timestamp():
            return "over"
        return "read" if found.state is State.TAKEN else "waiting"

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
    routes.add_url_rule("/state", "state", pages.state)
    routes.add_url_rule("/remove", "remove", pages.remove, methods=["POST"])
    routes.add_url_rule("/rename", "rename", pages.rename, methods=["POST"])
    return routes
