"""The development inbox: what would have been sent, newest first."""

import segno
from flask import Blueprint, Response, make_response, render_template

from .tables import Letters


def inbox(letters: Letters) -> Blueprint:
    pages = Blueprint("console", __name__)

    @pages.get("/")
    def show() -> Response:
        page = render_template("console/inbox.html", letters=letters.last(), drawn=_drawn)
        answer = make_response(page)
        # It holds codes: Back must not show it to whoever sits down next.
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return pages


def _drawn(text: str) -> str:
    drawing = segno.make(text, error="m", micro=False)
    shown: str = drawing.svg_data_uri(scale=3, border=4, dark="#000", light="#fff")
    return shown
