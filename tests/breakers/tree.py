"""A copy of the product that may be broken."""

import compileall
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode

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
        self._compile()
        self._zygote: subprocess.Popen[str] | None = None
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
        zygote = self._zygote = self._zygote or self._started()
        assert zygote.stdin and zygote.stdout
        zygote.stdin.write(json.dumps(list(tests)) + "\n")
        zygote.stdin.flush()
        code, file = json.loads(zygote.stdout.readline())
        output = Path(file).read_text(encoding="utf-8")
        Path(file).unlink()
        return Run(code=code, failed=frozenset(_FAILED.findall(output)), output=output)

    def close(self) -> None:
        if self._zygote:
            with self._zygote as ended:
                ended.terminate()

    def _started(self) -> subprocess.Popen[str]:
        modules = self._folder.parent / "modules"
        modules.write_text("\n".join(self._libraries()), encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-m", "tests.breakers.zygote", str(modules)],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _libraries(self) -> Sequence[str]:
        """What the hub, its plugins and pytest import that lies outside the copy."""
        asked = (
            "import sys, importlib.metadata as m\n"
            "import hub.app, pytest, hypothesis\n"
            "for p in m.entry_points(group='hub'): p.load()\n"
            f"ours = ('__main__', 'tests', 'hub', *{tuple(_PACKAGES)!r})\n"
            "print(*(n for n in list(sys.modules) if n.partition('.')[0] not in ours))"
        )
        argv = [sys.executable, "-c", asked]
        answered = subprocess.run(
            argv, cwd=self._folder, env=self._environment(), capture_output=True, check=True
        )
        return answered.stdout.decode().split()

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

    def _compile(self) -> None:
        # By what a file holds, not by its time: a patched one may keep its size within the second,
        # and the old code would run.
        by = PycInvalidationMode.CHECKED_HASH
        for where in ("hub", *_PACKAGES.values()):
            compileall.compile_dir(self._folder / where, quiet=2, invalidation_mode=by)

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        # The editable install's finder comes after PYTHONPATH.
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
