"""Where a person types the code a device shows, and says that the device is theirs (RFC 8628)."""

import secrets
from typing import Any, Final

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import RequestRefused, SignedIn, Toolbox

from .associations import Association, AssociationBook
from .device_services import DeviceServices
from .guesses import Guesses

WISH_LIFETIME: Final = 300
_LONGEST: Final = 40


class DevicePages:
    def __init__(self, toolbox: Toolbox, services: DeviceServices) -> None:
        self._toolbox = toolbox
        self._services = services
        self._associations = AssociationBook(toolbox)
        self._guesses = Guesses(toolbox)

    def ask(self) -> Response:
        """A code in the address is shown for comparison only: a link alone associates nothing."""
        return self._page("device.html", typed=request.args.get("user_code", "")[:_LONGEST])

    def show(self) -> Response:
        """Whose code it is, and the question whether they began this themselves."""
        typed = request.form.get("user_code", "")[:_LONGEST]
        found = self._found(typed)
        if isinstance(found, Response):
            return found
        service = self._services.title(found.client)
        return self._page("device_confirm.html", service=service, code=_written(typed))

    def answer(self) -> Response:
        found = self._found(request.form.get("user_code", "")[:_LONGEST])
        if isinstance(found, Response):
            return found
        person = in_front(self._toolbox)
        if request.form.get("answer") != "yes":
            self._associations.refuse(found.id, person.account.id)
            self._toolbox.note("device.refused", person.account.id)
            return self._page("device_done.html", state="refused", service="")
        wish = laid_down(self._toolbox, found.client, person, found.id)
        return redirect(f"/oidc/associate?wish={wish}", 303)

    def done(self) -> Response:
        person = in_front(self._toolbox)
        found = self._associations.find(request.args.get("id", "")[:64])
        if found is None or found.account != person.account.id:
            return self._page("device_done.html", state="over", service="")
        service = self._services.title(found.client)
        return self._page("device_done.html", state=found.state.value, service=service)

    def _found(self, typed: str) -> Association | Response:
        person = in_front(self._toolbox)
        # Counted before it is looked at, and given back: fifty guesses at once are fifty guesses.
        if not self._guesses.spend(person):
            return self._page("device.html", 429, typed="", refused="oidc.too_many_codes")
        found = self._associations.typed(typed)
        if found is None:
            return self._page("device.html", 422, typed=typed, refused="oidc.wrong_code")
        self._guesses.give_back(person)
        return found

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        person = in_front(self._toolbox).account
        known = {"refused": None, "person": person, **values}
        return make_response(render_template(f"oidc/{template}", **known), status)


def device_blueprint(pages: DevicePages) -> Blueprint:
    routes = Blueprint("device", __name__)
    routes.add_url_rule("/", "ask", pages.ask)
    routes.add_url_rule("/", "show", pages.show, methods=["POST"])
    routes.add_url_rule("/answer", "answer", pages.answer, methods=["POST"])
    routes.add_url_rule("/done", "done", pages.done)
    return routes


def in_front(toolbox: Toolbox) -> SignedIn:
    person = toolbox.signed_in()
    if person is None:  # unreachable: the hub lets nobody here who has not signed in
        raise RequestRefused("page.bad_request")
    return person


def laid_down(toolbox: Toolbox, client: str, person: SignedIn, association: str) -> str:
    """The key under which the protocol side finds what this person wants."""
    key = secrets.token_urlsafe(24)
    wish = {"client": client, "account": person.account.id, "association": association}
    toolbox.one_time.put(key, wish, seconds=WISH_LIFETIME)
    return key


def _written(typed: str) -> str:
    """As the device shows it."""
    letters = "".join(each for each in typed.upper() if each.isalpha())
    return f"{letters[:4]}-{letters[4:]}"
