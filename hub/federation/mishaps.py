"""What went wrong on the service side, as a page may tell it: a code, never an exception's text."""

import logging
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from satosa.exception import SATOSANoBoundEndpointError

from hub.contract.errors import RequestRefused, StoreUnavailable
from hub.contract.identifiers import ServiceId
from hub.contract.values import value
from hub.broker.records import LoginGone
from hub.broker.trail import support_code

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)


@value
class Mishap:
    """What the person reads: the sentence under *code* in the catalogue, and the support code."""

    status: int
    code: str
    support: str
    service: ServiceId | None = None
    """The way back, when known."""


ErrorPage = Callable[["WSGIEnvironment", Mishap], "WSGIApplication"]
"""Draws the one error page; what it returns answers the request."""


def mishap(error: Exception) -> Mishap:
    """*error* as the person may know it; the operator finds the rest under the support code."""
    support = support_code()
    service = error.service if isinstance(error, LoginGone) else None
    status, code = _told(error)
    if status >= 500:
        # An exception's text may quote a name, a code or a token: only its place is logged.
        place = "".join(traceback.format_tb(error.__traceback__))
        log.error("federation.failed support=%s kind=%s\n%s", support, type(error).__name__, place)
    else:
        log.info("federation.refused support=%s code=%s", support, code)
    return Mishap(status=status, code=code, support=support, service=service)


def _told(error: Exception) -> tuple[int, str]:
    match error:
        case RequestRefused():
            return error.status, error.code
        case SATOSANoBoundEndpointError():
            return 404, "page.not_found"
        case LoginGone():
            return 410, f"login.{error.reason}"
        case StoreUnavailable():
            return 503, "page.unavailable"
        case _:
            return 500, "page.failed"
