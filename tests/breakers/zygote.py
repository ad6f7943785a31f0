"""Runs pytest again and again in one tree, each time in a fork that imported the libraries once.

Started by `Tree` with the tree on its path. On its standard input: one line for each run, a JSON
list of test ids. On its standard output: one line for each, exit code and file of what was said.
What the tree itself holds is never imported here: each fork reads it as it stands.
"""

import importlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

OPTIONS = (
    *("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-rf", "--tb=line"),
    *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
)


def main(answers: int, modules: Sequence[str]) -> None:
    for name in modules:
        # One that needs what is not there was not needed.
        with suppress(Exception):
            importlib.import_module(name)
    for line in sys.stdin:
        code, said = run(json.loads(line))
        os.write(answers, f"{json.dumps([code, said])}\n".encode())


def run(tests: Sequence[str]) -> tuple[int, str]:
    descriptor, said = tempfile.mkstemp()
    child = os.fork()
    if child == 0:
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os._exit(_pytest(tests))
    os.close(descriptor)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def _pytest(tests: Sequence[str]) -> int:
    import pytest

    try:
        code = int(pytest.main([*OPTIONS, *tests]))
    except BaseException as error:
        print(f"{type(error).__name__}: {error}")
        code = 3
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    kept = os.dup(1)
    os.dup2(2, 1)
    main(kept, Path(sys.argv[1]).read_text(encoding="utf-8").split())
