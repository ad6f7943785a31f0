"""What the trail keeps is copied to the sinks, once, in its order; a broken one harms nobody."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hub.contract.audit import AuditEntry
from hub.contract.hookspecs import hookimpl
from hub.sinks import copying
from hub.testing.hub import NOON
from hub.testing.running import running_hub
from hub_plugins.stores import own

ENTRIES = [AuditEntry(at=NOON, action=f"thing.{name}") for name in ("done", "undone")]


class Sink:
    def __init__(self) -> None:
        self.kept: list[AuditEntry] = []

    def record(self, entry: AuditEntry) -> None:
        self.kept.append(entry)


class Broken:
    def record(self, entry: AuditEntry) -> None:
        raise RuntimeError("what was in the entry")


def test_a_sink_that_breaks_is_named_and_the_next_one_gets_all() -> None:
    sink = Sink()
    with capture_logs() as logs:
        copying([Broken(), sink])(ENTRIES)
    assert sink.kept == ENTRIES
    (line,) = logs
    assert line["event"] == "audit_sink.failed"
    assert (line["sink"], line["error"]) == ("Broken", "RuntimeError")
    assert "what was in" not in str(logs)


@pytest.mark.slow
def test_every_entry_reaches_the_sinks_of_plugins_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = Sink()

    def of_plugin(settings: object, toolbox: object) -> list[Sink]:
        return [sink]

    monkeypatch.setattr(own, "audit_sinks", hookimpl(of_plugin), raising=False)
    hub = running_hub(tmp_path)
    for entry in ENTRIES:
        hub.app.note(entry)
    hub.turn()
    hub.clock.later(seconds=5)
    hub.turn()
    assert sink.kept == ENTRIES
    assert hub.app.trail.verify().whole
