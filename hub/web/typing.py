"""What was typed into a long form while the session ran out: it waits for its person's return."""

import secrets
from collections.abc import Mapping
from typing import Final

import flask

from hub.contract.identifiers import ServiceId
from hub.broker.outcomes import Vouched
from hub.web.desk import desk
from hub.web.guards import form_fields
from hub.web.parts import browser
from hub.web.visits import visit

_WAITS: Final = 900
"""Seconds; as long as a sign-in."""


def visit_typing(service: ServiceId, path: str) -> Vouched | flask.Response:
    """As `visit`, for the answer to a form; whoever must sign in finds it filled in at *path*."""
    key = secrets.token_urlsafe(16)
    visited = visit(service, target=f"{path}?typed={key}")
    # At a workstation of many, the next person must not read what the last one wrote.
    if not isinstance(visited, Vouched) and not browser().shared:
        desk().one_time.put(_place(key), {**form_fields()}, seconds=_WAITS)
    return visited


def typed_before() -> Mapping[str, str]:
    """What this browser's form held when the session was over; empty for everybody else."""
    key = flask.request.args.get("typed", "")
    found = desk().one_time.take(_place(key)) if key else None
    return {name: str(text) for name, text in (found or {}).items()}


def _place(key: str) -> str:
    return f"typed:{browser().key}:{key}"
