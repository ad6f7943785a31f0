"""pcscd in a folder of its own, with virtual readers that are plugged in and out."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.peers.parts import missing, program
from tests.peers.processes import listening, stop, wait_until
from tests.ports import free_ports

DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
OPENSC: Final = Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
_SOCKET: Final = "PCSCLITE_CSOCK_NAME"


class Readers:
    """One driver, which makes two readers: cards are put in at `ports`."""

    def __init__(self, folder: Path) -> None:
        port = free_ports(2)
        self.ports = (port, port + 1)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "pcscd.log"
        for name in ("run", "readers"):
            (folder / name).mkdir()

    @property
    def environment(self) -> Mapping[str, str]:
        """For whoever speaks to this pcscd and to no other."""
        return {_SOCKET: str(self._folder / "run" / "pcscd.comm")}

    def plug(self) -> None:
        self._start(_driver(self.ports[0]))
        self._until(lambda: listening(self.ports[1]))

    def unplug(self) -> None:
        """The driver never lets a reader go while pcscd runs: it starts again without one."""
        self._start("")
        self._until((self._folder / "run" / "pcscd.comm").exists)

    def stop(self) -> None:
        if self._process is not None:
            stop(self._process)

    def _start(self, configuration: str) -> None:
        self.stop()
        (self._folder / "readers" / "vpcd").write_text(configuration, encoding="utf-8")
        (self._folder / "run" / "pcscd.comm").unlink(missing_ok=True)
        # pcscd knows one socket only: a mount of its own puts that into our folder.
        words = (
            f"mkdir -p /run/pcscd && mount --bind {self._folder}/run /run/pcscd && "
            f"exec {program('pcscd')} --foreground --config {self._folder}/readers"
        )
        argv = [program("unshare"), "--mount", program("sh"), "-c", words]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _until(self, ready: Callable[[], bool]) -> None:
        assert self._process is not None
        wait_until(ready, self._process, self.log)


@contextmanager
def readers(folder: Path) -> Iterator[Readers]:
    """Plugged in."""
    for part in (DRIVER, OPENSC):
        if not part.is_file():
            missing(part.name)
    if not _may_mount():
        missing("the right to mount a folder")
    made = Readers(folder)
    try:
        made.plug()
        yield made
    finally:
        made.stop()


def _driver(port: int) -> str:
    lines = (
        'FRIENDLYNAME "Virtual PCD"',
        f"DEVICENAME   /dev/null:0x{port:04X}",
        f"LIBPATH      {DRIVER}",
        f"CHANNELID    0x{port:04X}",
    )
    return "".join(f"{line}\n" for line in lines)


def _may_mount() -> bool:
    argv = [shutil.which("unshare") or "", "--mount", "true"]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0
