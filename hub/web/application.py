"""Flask, without what this site never asks of it and pays for at each request."""

from collections.abc import Callable
from typing import Any

import flask

from hub.web.beforehand import Spoken


class Site(flask.Flask):
    jinja_environment = Spoken

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view here is a coroutine, and Flask would look at every call."""
        return func
