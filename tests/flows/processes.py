"""A real `hub serve` on loopback."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx


def run(*words: str, cwd: Path | None = None) -> str:
    clean = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=300, cwd=cwd, env=clean
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def serving(hub: Sequence[str], folder: Path, address: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`hub serve` in *folder*, in a process group of its own, until the block ends."""
    with (folder / "hub.log").open("ab") as log:
        process = subprocess.Popen(
            [*hub, "serve", "--workers", "1"],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                if httpx.get(f"{address}/health/ready").status_code == 200:
                    break
            assert process.poll() is None, (folder / "hub.log").read_text(encoding="utf-8")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
