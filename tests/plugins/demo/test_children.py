"""Processes started together end together, with all they started themselves."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hub_plugins.demo.children import Child, Children

from tests.ports import free_port

pytestmark = pytest.mark.slow

ENDLESS = "import signal; signal.pause()"
PARENT = f"""
import subprocess, sys
one = subprocess.Popen([sys.executable, "-c", {ENDLESS!r}])
print(one.pid, flush=True)
one.wait()
"""


def child(name: str, source: str) -> Child:
    return Child(name=name, command=(sys.executable, "-u", "-c", source))


@pytest.fixture
def children(tmp_path: Path) -> Children:
    return Children(tmp_path / "logs")


def until(true: Callable[[], object], seconds: float = 15) -> bool:
    """Polls what another process will make true."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_stopping_ends_what_the_children_started_too(children: Children, tmp_path: Path) -> None:
    children.start([child("parent", PARENT)], os.environ)
    log = tmp_path / "logs" / "parent.log"
    assert until(lambda: log.read_text().strip())
    grandchild = int(log.read_text())
    assert alive(grandchild)
    children.stop()
    assert until(lambda: not alive(grandchild))


def test_a_child_that_ends_by_itself_is_named_with_its_last_words(children: Children) -> None:
    children.start([child("good", ENDLESS), child("bad", "raise SystemExit('gone')")], os.environ)
    assert until(lambda: children.ended() == "bad")
    assert "gone" in children.last_words("bad")
    children.stop()


def test_ctrl_c_stops_the_whole_demo_and_frees_its_port(tmp_path: Path) -> None:
    port = free_port()
    source = f"""
import os, sys
from pathlib import Path
from hub_plugins.demo.children import Child, Children
children = Children(Path({str(tmp_path)!r}))
children.start([Child(name="server", command=(sys.executable, "-m", "http.server", "{port}",
    "--bind", "127.0.0.1"))], os.environ)
print("started", flush=True)
children.told.wait()
children.stop()
"""
    demo = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE)
    try:
        assert until(lambda: answers(port))
        demo.send_signal(2)
        assert demo.wait(15) == 0
    finally:
        demo.kill()
        demo.communicate()
    assert not answers(port)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
