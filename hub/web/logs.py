"""One line of JSON for each request: ids, pattern, outcome, never what was asked or by whom."""

import logging
import secrets
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Final, TextIO

import flask
import structlog

from hub.web.metrics import Metrics
from hub.web.parts import hub

# Below warnings these write addresses, claims, assertions or whole requests.
_TALKATIVE: Final = ("satosa", "saml2", "oic", "httpx", "httpcore", "smpplib", "authlib")
_log: Final = structlog.get_logger("hub.web")


def configure(stream: TextIO = sys.stderr, level: str = "info") -> None:
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
    logging.basicConfig(stream=stream, level=level.upper(), format="%(message)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def began() -> None:
    flask.g.hub_request = secrets.token_hex(8)
    flask.g.hub_started = time.perf_counter()


def ended(answer: flask.Response) -> flask.Response:
    """The pattern of the address, not the address: paths and queries hold ids and names."""
    rule = flask.request.url_rule
    _write(
        hub().metrics,
        flask.request.method,
        str(rule) if rule else "unknown",
        answer.status_code,
        time.perf_counter() - flask.g.hub_started,
        request=flask.g.hub_request,
        support=flask.g.get("hub_support"),
    )
    return answer


def answered(metrics: Metrics) -> Callable[[str, str, int, float], None]:
    """The same for the endpoints of protocols."""
    return partial(_write, metrics)


def _write(
    metrics: Metrics, method: str, route: str, status: int, seconds: float, **more: str | None
) -> None:
    metrics.served(route, status, seconds)
    ms = round(seconds * 1000, 1)
    _log.info("request.served", method=method, route=route, status=status, ms=ms, **more)
