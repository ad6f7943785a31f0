"""Flask, without what this site never asks of it and pays for at each request."""

from collections.abc import Callable, MutableMapping
from typing import Any

import flask
from flask.templating import Environment


class SharedGlobals(Environment):
    """Templates of this site have no globals of their own: all read the environment's.

    Through Flask's chain of two mappings each import compares them in Python, name by name.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Site(flask.Flask):
    jinja_environment = SharedGlobals

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view here is a coroutine, and Flask would look at every call."""
        return func
