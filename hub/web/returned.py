"""A browser that was sent away is back: what it brings, if this is the place it left from."""

import flask

from hub.contract.steps import Answer
from hub.broker.returning import WebReturning
from hub.web.parts import hub

LONGEST_TICKET = 64


def asks_to_return() -> bool:
    return "ticket" in flask.request.args


def brought_back(owner: str) -> Answer | None:
    """The answer laid by plugin *owner* for this very address, once; `None`: there is none."""
    ticket = flask.request.args.get("ticket", "")[:LONGEST_TICKET]
    return WebReturning(hub().returning, owner).taken(flask.request.path, ticket)
