"""The page of somebody who cannot be let in: what is missing, whom to ask, the way on."""

import flask

from hub.contract.accounts import Account
from hub.contract.assurance import Shortfall
from hub.web.drawing import page, words


def barred_page(
    why: Shortfall, account: Account | None, *, title: str = "", back: str = "", leave: str = ""
) -> flask.Response:
    """*back*: where « revenir au service » leads. *leave*: where a form lets another person in."""
    return page(
        "signin/barred.html",
        status=403,
        sentence=words(f"shortfall.{why}"),
        then=words(f"shortfall.{why}.next"),
        person=account,
        service_title=title,
        back=back,
        leave=leave,
        show_support=True,
    )
