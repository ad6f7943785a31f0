"""Whoever writes, the log is one line of JSON for each thing said."""

import io
import json
import logging
import logging.config
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from hub.web import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """As the hub sets its log up; afterwards as the tests had theirs."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    root.handlers.clear()
    written = io.StringIO()
    logs.configure(written)
    yield written
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_what_a_library_says_is_a_line_like_ours(stream: io.StringIO) -> None:
    structlog.get_logger("ours").info("request.served", status=200)
    logging.getLogger("theirs").warning("provider.refused code=%s", "x")
    ours, theirs = told(stream)
    assert (ours["event"], ours["level"]) == ("request.served", "info")
    assert (theirs["event"], theirs["level"]) == ("provider.refused code=x", "warning")
    assert ours.keys() - {"status"} == theirs.keys()


def test_no_stranger_writes_a_line_of_their_own(stream: io.StringIO) -> None:
    logging.getLogger("theirs").warning("no such\n%s", '{"event": "audit.verified"}')
    (line,) = told(stream)
    assert line["event"] == 'no such\n{"event": "audit.verified"}'


def test_a_traceback_stays_in_its_line(stream: io.StringIO) -> None:
    try:
        raise ValueError("bad")
    except ValueError:
        logging.getLogger("theirs").exception("failed")
    (line,) = told(stream)
    assert line["event"] == "failed" and "ValueError: bad" in line["exception"]


def test_a_warning_is_a_line_too(stream: io.StringIO) -> None:
    # Pytest takes warnings for itself, anew for each part of a test.
    logging.captureWarnings(capture=False)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs.configure(stream)
        warnings.warn("a serial\nof zero", stacklevel=1)
    (line,) = told(stream)
    assert "a serial\nof zero" in line["event"] and line["level"] == "warning"


def test_a_line_that_cannot_be_made_shows_nothing_of_what_it_was_to_say(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("theirs").warning("%d", "Marie Durand")
    assert "Marie" not in stream.getvalue() + capsys.readouterr().err


def test_the_server_s_own_words_are_such_lines(capsys: pytest.CaptureFixture[str]) -> None:
    server = logging.getLogger("_granian.here")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            **logs.of_server(),
            "loggers": {server.name: {"handlers": ["console"], "propagate": False}},
        }
    )
    server.warning("worker died")
    server.handlers.clear()
    assert json.loads(capsys.readouterr().err)["event"] == "worker died"
