"""A hundred thousand invented requests, in two processes; `make test` sends a few thousand."""

import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import structlog

from tests.fuzzing.runs import Run, fuzzed
from tests.fuzzing.target import target

EACH = 50_000
SEEDS = (1001, 2002)


def test_a_hundred_thousand_invented_requests_break_nothing(tmp_path: Path) -> None:
    folders = [tmp_path / str(seed) for seed in SEEDS]
    with ProcessPoolExecutor(len(SEEDS), mp_context=get_context("spawn")) as pool:
        runs: Sequence[Run] = list(pool.map(_run, SEEDS, folders))
    assert [each for run in runs for each in run.wrong][:20] == []
    reached = {path for run in runs for path, status in run.reached if status in (200, 201, 303)}
    # Deep enough: what is served well was reached at these, too, with something changed.
    assert {"/oidc/authorize", "/oidc/token", "/oidc/par", "/oidc/register"} <= reached


def _run(seed: int, folder: Path) -> Run:
    folder.mkdir()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with target(folder) as hub:
        return fuzzed(hub, seed, EACH)
