"""« Pourquoi ? » and the operator's pages, as the site mounts them."""

from collections.abc import Sequence
from typing import Final

import flask

from hub.web import console_why

BLUEPRINTS: Final[Sequence[flask.Blueprint]] = (console_why.blueprint,)
