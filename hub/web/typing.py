"""What was typed into a long form while the session ran out, for pages that draw it themselves."""

from collections.abc import Mapping

import flask

from hub.contract.identifiers import ServiceId
from hub.broker.outcomes import Vouched
from hub.web.kept_forms import kept
from hub.web.visits import visit


def visit_typing(service: ServiceId, path: str) -> Vouched | flask.Response:
    """As `visit`, for the answer to a form; whoever must sign in finds it filled in at *path*."""
    return visit(service, target=path)


def typed_before() -> Mapping[str, str]:
    """What this person's form held when the session was over; empty for everybody else."""
    found = kept()
    return dict(found.fields) if found else {}
