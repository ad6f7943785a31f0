"""Thousands of invented requests at every endpoint; `make peers` sends a hundred thousand."""

from pathlib import Path

import pytest

from tests.fuzzing.judge import Got, complaints
from tests.fuzzing.runs import fuzzed
from tests.fuzzing.sent import Sent
from tests.fuzzing.target import REGISTERED, target
from tests.fuzzing.vocabulary import MARK

pytestmark = pytest.mark.slow
SAFE = (("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"))
SENT = Sent(method="GET", path="/oidc/authorize")


@pytest.mark.parametrize("seed", [1, 2])
def test_no_invented_request_breaks_the_hub_or_is_reflected(tmp_path: Path, seed: int) -> None:
    with target(tmp_path) as hub:
        run = fuzzed(hub, seed, 1500)
    assert run.wrong == []
    # It comes far enough: some are served, some are sent on, some are refused.
    assert {200, 303, 400, 401, 405} <= run.statuses


@pytest.mark.parametrize(
    "got",
    [
        Got(status=500, headers=SAFE, body=""),
        Got(
            status=303,
            headers=(
                *SAFE,
                ("Location", "https://evil.test/"),
            ),
            body="",
        ),
        Got(
            status=303,
            headers=(
                *SAFE,
                ("Location", "//evil.test/"),
            ),
            body="",
        ),
        Got(
            status=303,
            headers=(
                *SAFE,
                ("Location", f"{REGISTERED[0]}.evil.test"),
            ),
            body="",
        ),
        Got(
            status=303,
            headers=(
                *SAFE,
                ("Location", f"{REGISTERED[0]}?error={MARK}"),
            ),
            body="",
        ),
        Got(status=400, headers=SAFE, body=f"no client {MARK}"),
        Got(status=307, headers=SAFE, body=""),
        Got(status=200, headers=(), body=""),
        Got(status=200, headers=(*SAFE, ("Content-Type", "text/html")), body="<p>framed"),
        Got(status=200, headers=(*SAFE, ("Access-Control-Allow-Origin", "null")), body=""),
        Got(
            status=400,
            headers=(
                *SAFE,
                ("X-Why", MARK),
            ),
            body="",
        ),
        Got(
            status=400,
            headers=(
                *SAFE,
                ("X-Why", "a\r\nSet-Cookie: b"),
            ),
            body="",
        ),
    ],
)
def test_the_judge_sees_what_is_wrong(got: Got) -> None:
    assert list(complaints(SENT, got, REGISTERED))


def test_the_judge_lets_pass_what_is_right() -> None:
    back = Got(
        status=303,
        headers=(
            *SAFE,
            ("Location", f"{REGISTERED[0]}?state={MARK}"),
        ),
        body="",
    )
    page = Got(status=200, headers=SAFE, body="hello")
    assert [*complaints(SENT, back, REGISTERED), *complaints(SENT, page, REGISTERED)] == []
