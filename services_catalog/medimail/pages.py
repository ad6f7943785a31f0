"""« Messageries »: the mailboxes one may open, and which of them opens first."""

from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from hub import Access, Pages, SignedIn, Toolbox

from .mailboxes import Mailboxes

HERE = "/apps/medimail/"


def mailbox_pages(toolbox: Toolbox) -> Pages:
    drawn = MailboxPages(toolbox)
    routes = Blueprint("medimail", __name__)
    routes.add_url_rule("/", "mine", drawn.mine)
    routes.add_url_rule("/first", "choose", drawn.choose, methods=["POST"])
    return Pages(blueprint=routes, access=Access(minimum="simple"), listed=True)


class MailboxPages:
    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._mailboxes = Mailboxes(toolbox)

    def mine(self) -> Response:
        return self._page(request.args.get("said", ""))

    def choose(self) -> Response:
        """Among those one may open here and now, whatever the form says."""
        person = self._person()
        wanted = request.form.get("address", "")
        mine = self._mailboxes.of(person.account, person.situation).here
        if wanted not in {each.address for each in mine}:
            return redirect(f"{HERE}?said=gone", 303)
        if not self._mailboxes.choice.choose(person.account.id, wanted):
            return redirect(f"{HERE}?said=gone", 303)
        self._toolbox.note("medimail.first_chosen", person.account.id)
        return redirect(f"{HERE}?said=saved", 303)

    def _page(self, said: str) -> Response:
        person = self._person()
        values: dict[str, Any] = {
            "person": person.account,
            "mine": self._mailboxes.of(person.account, person.situation),
            "may_change": len(person.places) > 1,
            "saved": said == "saved",
            "gone": said == "gone",
        }
        answer = make_response(render_template("medimail/mailboxes.html", **values))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _person(self) -> SignedIn:
        return self._toolbox.signed_in() or abort(404)
