"""SoftHSM2 in a folder of its own: tokens that are made, and pulled out again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.peers.parts import missing, program

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "478213"
_CONF = "SOFTHSM2_CONF"


class SoftHsm:
    def __init__(self, folder: Path) -> None:
        self._tool = program("softhsm2-util")
        self._tokens = folder / "tokens"
        self._tokens.mkdir(mode=0o700)
        self.conf = folder / "softhsm2.conf"
        lines = [f"directories.tokendir = {self._tokens}", "objectstore.backend = file"]
        self.conf.write_text("\n".join([*lines, "log.level = ERROR", ""]), encoding="utf-8")

    def token(self, label: str) -> None:
        argv = [self._tool, "--init-token", "--free", "--label", label]
        argv += ["--so-pin", "73018264", "--pin", PIN]
        named = {**os.environ, _CONF: str(self.conf)}
        subprocess.run(argv, check=True, capture_output=True, env=named)

    def pull(self) -> None:
        """Every token is gone, as when somebody unplugs the box."""
        shutil.rmtree(self._tokens)
        self._tokens.mkdir(mode=0o700)


@contextmanager
def softhsm(folder: Path) -> Iterator[SoftHsm]:
    """For this process and those it starts."""
    if not MODULE.is_file():
        missing("SoftHSM")
    if find_spec("pkcs11") is None:
        missing("python-pkcs11")
    with pytest.MonkeyPatch.context() as environment:
        made = SoftHsm(folder)
        environment.setenv(_CONF, str(made.conf))
        yield made


def table(label: str, pin_file: Path) -> str:
    """For hub.toml."""
    return f"""
[plugin.oidc]
keys_in = "hsm"
[plugin.oidc.hsm]
module = "{MODULE}"
token = "{label}"
pin_file = "{pin_file}"
"""


def pin_file(folder: Path, pin: str = PIN) -> Path:
    file = folder / "pin"
    file.write_text(f"{pin}\n", encoding="utf-8")
    file.chmod(0o600)
    return file
