"""« Pourquoi ? » and the operator’s pages, as the site mounts them, and what others are lent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import flask

from hub.web import (
    console_announcements,
    console_audit,
    console_closing,
    console_keys,
    console_methods,
    console_providers,
    console_terms,
    console_why,
)

BLUEPRINTS: Final[Sequence[flask.Blueprint]] = (
    console_why.blueprint,
    console_announcements.blueprint,
    console_methods.blueprint,
    console_audit.blueprint,
    console_closing.blueprint,
    console_providers.blueprint,
    console_keys.blueprint,
    console_terms.blueprint,
)


def lent(*, furnished: bool) -> Mapping[str, Callable[[], object]]:
    """For templates; without a desk there is nobody who could have announced anything."""
    named: dict[str, Callable[[], object]] = {"suspended": console_methods.suspended}
    return {**named, "announcements": console_announcements.banners} if furnished else named
