"""Whoever writes, the log is one line of JSON for each thing said."""

import io
import json
import logging
import logging.config
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
