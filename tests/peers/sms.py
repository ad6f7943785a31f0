"""An SMPP message centre we did not write: npm `smpp`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from hub.contract.values import value
from tests.peers.parts import NODE_FOLDER, node_module, program
from tests.peers.processes import listening, running, wait_until
from tests.ports import free_port


@value
class ShortMessage:
    to: str
    text: str
    reference: str


class MessageCentre:
    """Accepts one password; keeps every short message."""

    def __init__(self, port: int, password: str, log: Path, process: Popen[bytes]) -> None:
        self.port = port
        self.password = password
        self._log = log
        self._process = process
        self._read = 0

    def next(self, seconds: float = 30) -> ShortMessage:
        """The oldest one not yet read."""
        wait_until(lambda: len(self._lines()) > self._read, self._process, self._log, seconds)
        line = json.loads(self._lines()[self._read])
        self._read += 1
        return ShortMessage(to=line["to"], text=line["text"], reference=line["reference"])

    def _lines(self) -> list[str]:
        whole = self._log.read_text(encoding="utf-8").split("\n")[:-1]
        return [line for line in whole if line.startswith("{")]


@contextmanager
def message_centre(folder: Path, receipt: str = "DELIVRD") -> Iterator[MessageCentre]:
    """*receipt* is the state every delivery report carries."""
    node_module("smpp")
    port, password, log = free_port(), "secret", folder / "message_centre.log"
    script = NODE_FOLDER / "message_centre.cjs"
    command = [program("node"), str(script), str(port), password, receipt]
    with running(command, log) as process:
        wait_until(lambda: listening(port), process, log)
        yield MessageCentre(port, password, log, process)
