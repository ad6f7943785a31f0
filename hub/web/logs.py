"""Each line of the log is JSON; one for each request: ids, pattern, outcome, never what was asked
or by whom.
"""

import logging
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TextIO

import flask
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from hub.web.metrics import Metrics
from hub.web.parts import hub

# Below warnings these write addresses, claims, assertions or whole requests.
_TALKATIVE: Final = ("satosa", "saml2", "oic", "httpx", "httpcore", "smpplib", "authlib", "alembic")
_TOLD: Final[tuple[Processor, ...]] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)
_log: Final = structlog.get_logger("hub.web")


def configure(stream: TextIO = sys.stderr, level: str = "info") -> None:
    """Called once by the composition root. Tracebacks are one field of their line."""
    structlog.configure(
        processors=[*_TOLD, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(lines())
    logging.basicConfig(handlers=[handler], level=level.upper())
    logging.captureWarnings(capture=True)
    # A line that cannot be made would show what it was to be made of, in clear.
    logging.raiseExceptions = False
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def lines() -> logging.Formatter:
    """What libraries say, in the same form: words with a line break in them, which a stranger may
    have sent, are one line all the same.
    """
    return ProcessorFormatter(
        foreign_pre_chain=_TOLD,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )


def of_server() -> Mapping[str, Any]:
    """The same for what the web server itself says, as `logging.config` reads it."""
    written = {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}
    return {
        "formatters": {"lines": {"()": "hub.web.logs.lines"}},
        "handlers": {"console": written, "access": written},
    }


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
