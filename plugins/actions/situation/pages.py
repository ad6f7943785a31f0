"""« Mes lieux d’exercice »: those known, the one acted for now, and the one remembered."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from hub import SignedIn, Toolbox

from .action import shown
from .tables import Defaults


class SituationPages:
    def __init__(self, toolbox: Toolbox, defaults: Defaults) -> None:
        self._toolbox = toolbox
        self._defaults = defaults

    def mine(self) -> str:
        here = self._here()
        default = self._defaults.of(here.account.id)
        now = here.situation.id if here.situation else None
        return render_template(
            "situation/mine.html",
            person=here.account,
            places=[(shown(each), each.id == now, each.id == default) for each in here.places],
            several=len(here.places) > 1,
            # One that is known no more is offered nowhere, and may still be forgotten.
            remembered=default is not None,
        )

    def forget(self) -> ResponseReturnValue:
        here = self._here()
        if self._defaults.forget(here.account.id):
            self._toolbox.note("situation.forgotten", here.account.id)
        return redirect("/apps/situation/", 303)

    def _here(self) -> SignedIn:
        here = self._toolbox.signed_in()
        if here is None:  # unreachable: the hub checks `access` before any view runs
            raise LookupError
        return here


def blueprint(pages: SituationPages) -> Blueprint:
    routes = Blueprint("situation", __name__)
    routes.add_url_rule("/", "mine", pages.mine)
    routes.add_url_rule("/forget", "forget", pages.forget, methods=["POST"])
    return routes
