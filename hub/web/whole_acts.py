"""An act and its entry in the trail are one: neither is ever there without the other.

Every form of the pages of somebody signed in is answered within one unit of work. Nothing of it
stands before the answer is ready; an entry, a letter or a row that cannot be written undoes all.
"""

from collections.abc import Sequence, Set
from functools import wraps
from typing import Final

import flask
from flask.typing import ResponseReturnValue, RouteCallable
from werkzeug.exceptions import HTTPException

from hub.web.desk import desk

APART: Final = frozenset(
    {
        # A method works within it, and may take its time: nobody else could write meanwhile.
        "hub_account_means.work",
        # A secret is hashed in it, after whatever flood of sign-ins waits to be: the writing alone,
        # before and after, is each whole.
        "hub_console_create.create",
        "hub_console_means.temporary",
        # Read for seconds as it stood at one moment, and nothing is changed by it.
        "hub_console_audit.verified",
        # Thousands of lines, kept a few at a time: each few is one, see `hub.people.import_work`.
        "hub_console_import.upload",
        "hub_console_import.apply",
    }
)
"""Forms that are answered in several units of work."""


def bind(app: flask.Flask, blueprints: Sequence[flask.Blueprint]) -> None:
    """To be called once all *blueprints* are registered."""
    own, posted = {each.name for each in blueprints}, _posted(app)
    if misspelt := APART - posted:
        raise ValueError(f"no form is answered by {', '.join(sorted(misspelt))}")
    for endpoint in posted:
        if endpoint.partition(".")[0] in own and endpoint not in APART:
            app.view_functions[endpoint] = _whole(app.view_functions[endpoint])


def _posted(app: flask.Flask) -> Set[str]:
    rules = app.url_map.iter_rules()
    return {each.endpoint for each in rules if "POST" in (each.methods or ())}


def _whole(view: RouteCallable) -> RouteCallable:
    @wraps(view)
    def act(**given: str) -> ResponseReturnValue:
        answer: ResponseReturnValue | HTTPException
        with desk().together():
            try:
                answer = view(**given)  # type: ignore[assignment]
            except HTTPException as refused:
                # A refusal is an answer: what was counted before it stays counted.
                if refused.code is None or refused.code >= 500:
                    raise
                answer = refused
        if isinstance(answer, HTTPException):
            raise answer
        return answer

    return act
