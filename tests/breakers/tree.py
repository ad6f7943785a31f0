"""A copy of the product that may be broken."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hub.contract.values import value

ROOT = Path(__file__).parents[2]
_PACKAGES = {
    "hub_plugins": "plugins",
    "hub_backends": "backends",
    "hub_frontends": "frontends",
    "hub_services": "services_catalog",
}
_FAILED = re.compile(r"^FAILED (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)


@value
class Run:
    """What pytest said: 0 all passed, 1 some failed; `failed` are node ids without their case."""

    code: int
    failed: frozenset[str]
    output: str


class Tree:
    """Everything git knows or would take, as it stands now in the working tree."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tree"
        self._names = folder / "names"
        self._names.mkdir(parents=True)
        for name in _known_to_git():
            (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self._folder / name)
        for package, where in _PACKAGES.items():
            (self._names / package).symlink_to(self._folder / where)
        modules = "tests/peers/node/node_modules"
        if (ROOT / modules).is_dir():
            (self._folder / modules).symlink_to(ROOT / modules)

    @contextmanager
    def broken_by(self, patch: Path) -> Iterator[None]:
        self._apply(patch)
        try:
            yield
        finally:
            self._apply(patch, "--reverse")

    def run(self, tests: Sequence[str]) -> Run:
        """Only these tests, against the copy and nothing else."""
        argv = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*argv, "-p", "no:xdist", "-rf", "--tb=line", *tests],
            cwd=self._folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        failed = frozenset(_FAILED.findall(done.stdout))
        return Run(code=done.returncode, failed=failed, output=done.stdout + done.stderr)

    def where(self, module: str) -> Path:
        """The file from which a run takes this module."""
        asked = f"import importlib; print(importlib.import_module({module!r}).__file__)"
        argv = [sys.executable, "-c", asked]
        answered = subprocess.run(
            argv, cwd=self._folder, env=self._environment(), capture_output=True, check=True
        )
        return Path(answered.stdout.decode().strip())

    @property
    def folder(self) -> Path:
        return self._folder

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        # The editable install's finder comes after PYTHONPATH. No bytecode: a patched file may
        # keep its size within the same second, and the old code would run.
        path = os.pathsep.join((str(self._folder), str(self._names)))
        return {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def _apply(self, patch: Path, *options: str) -> None:
        # Without a ceiling git would look for a repository above, and skip every file.
        ceiling = {**os.environ, "GIT_CEILING_DIRECTORIES": str(self._folder.parent)}
        argv = ["git", "apply", "-C1", "--whitespace=nowarn", *options, str(patch)]
        done = subprocess.run(
            argv, cwd=self._folder, env=ceiling, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{patch.name} no longer applies: {done.stderr}"


def _known_to_git() -> Iterator[str]:
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    names = (name for name in listed.stdout.split("\0") if name)
    return (name for name in names if (ROOT / name).is_file())
