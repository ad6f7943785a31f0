"""« Mes conditions acceptées » : what the person in front of the page accepted, and when."""

from flask import Blueprint, render_template

from hub import Toolbox

from .tables import Book


class TermsPages:
    def __init__(self, toolbox: Toolbox, book: Book) -> None:
        self._toolbox = toolbox
        self._book = book

    def mine(self) -> str:
        signed_in = self._toolbox.signed_in()
        account = signed_in.account if signed_in else None
        kept = self._book.of(account.id) if account else ()
        return render_template("terms/mine.html", accepted=kept, person=account)


def blueprint(pages: TermsPages) -> Blueprint:
    routes = Blueprint("terms", __name__)
    routes.add_url_rule("/mine", "mine", pages.mine)
    return routes
