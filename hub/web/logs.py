"""One line of JSON for each request: ids, pattern, outcome, never what was asked or by whom."""

import logging
import secrets
import sys
import time
from typing import Final, TextIO

import flask
import structlog

from hub.web.parts import hub

# Below warnings these write addresses, claims, assertions or whole requests.
_TALKATIVE: Final = ("satosa", "saml2", "oic", "httpx", "httpcore", "smpplib", "authlib")
_log: Final = structlog.get_logger("hub.web")


def configure(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Called once by the composition root. Tracebacks are one field of their line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=stream, level=level, format="%(message)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def began() -> None:
    flask.g.hub_request = secrets.token_hex(8)
    flask.g.hub_started = time.perf_counter()


def ended(answer: flask.Response) -> flask.Response:
    """The pattern of the address, not the address: paths and queries hold ids and names."""
    rule = flask.request.url_rule
    route = str(rule) if rule else "unknown"
    seconds = time.perf_counter() - flask.g.hub_started
    hub().metrics.served(route, answer.status_code, seconds)
    _log.info(
        "request.served",
        request=flask.g.hub_request,
        method=flask.request.method,
        route=route,
        status=answer.status_code,
        ms=round(seconds * 1000, 1),
        support=flask.g.get("hub_support"),
    )
    return answer
