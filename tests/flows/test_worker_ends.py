"""A worker that a server started ends with it, even when the server is killed outright."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from tests.flows.processes import run

pytestmark = pytest.mark.slow

PROGRAM = (sys.executable, "-m", "hub.cli")
HUB = """
environment = "test"
public_address = "https://hub.test"
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "totp"]
policy = "regional"
"""
SERVER = "import subprocess, sys; subprocess.Popen(sys.argv[1:]); sys.stdin.read()"


def test_a_killed_server_leaves_no_worker_behind(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(HUB, encoding="utf-8")
    run(*PROGRAM, "setup", cwd=tmp_path)
    bell = tmp_path / "worker.bell"
    os.mkfifo(bell)
    argv = [sys.executable, "-c", SERVER, *PROGRAM, "worker", "--beside"]
    pipe = subprocess.PIPE
    server = subprocess.Popen(argv, cwd=tmp_path, stdin=pipe, stdout=pipe, start_new_session=True)
    late = Timer(60, os.killpg, (server.pid, 9))
    late.start()
    os.close(os.open(bell, os.O_WRONLY))  # waits until the worker listens
    server.kill()
    assert server.stdout and server.stdin
    server.stdout.read()  # ends when nobody holds the other end any more
    ended_by_itself = late.is_alive()
    late.cancel()
    server.stdin.close()
    server.stdout.close()
    server.wait()
    assert ended_by_itself
