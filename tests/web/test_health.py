"""What a watcher is told of a whole hub: whether it works, and what it cannot write beside it."""

from pathlib import Path

import pytest
from werkzeug.test import Client

from hub.contract.audit import AuditEntry
from hub.testing.running import running_hub

pytestmark = pytest.mark.slow


def test_readiness_says_that_the_anchor_of_the_trail_cannot_be_written(tmp_path: Path) -> None:
    hub = running_hub(tmp_path, audit={"anchor": "anchor"})
    file, watcher = hub.app.configuration.file("anchor"), Client(hub.app.wsgi)
    hub.app.note(AuditEntry(at=hub.clock(), action="session.left"))
    for _ in range(2):
        hub.turn()
        hub.clock.later(hours=1)
    assert '"size": ' in file.read_text(encoding="utf-8")
    assert watcher.get("/health/ready").json == {"status": "ready"}
    file.unlink()
    file.mkdir()
    answer = watcher.get("/health/ready")
    # Still ready: a balancer takes nobody away from a hub that signs people in.
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "audit_anchor": "unwritable"}


def test_a_hub_without_an_anchor_says_nothing_of_one(tmp_path: Path) -> None:
    watcher = Client(running_hub(tmp_path).app.wsgi)
    assert watcher.get("/health/ready").json == {"status": "ready"}
