"""A breaker: one patch that removes one guard, with the tests that must notice."""

import re
from pathlib import Path

from hub.contract.values import value

_BREAKS = re.compile(r"^# breaks: (\S+)\s*$", re.MULTILINE)
_TOUCHED = re.compile(r"^\+\+\+ b/(\S+)", re.MULTILINE)


class BadBreaker(Exception):
    """The patch file cannot be used; the message names it and says what is wrong."""


@value
class Breaker:
    """`breaks` are pytest node ids: each of them must fail, in one of its cases at least."""

    patch: Path
    breaks: tuple[str, ...]

    def __str__(self) -> str:
        return self.patch.stem


def breakers(folder: Path) -> tuple[Breaker, ...]:
    return tuple(read(patch) for patch in sorted(folder.glob("*.patch")))


def read(patch: Path) -> Breaker:
    text = patch.read_text(encoding="utf-8")
    named, touched = tuple(_BREAKS.findall(text)), _TOUCHED.findall(text)
    if not named or not text.startswith("# breaks: "):
        raise BadBreaker(f"{patch.name}: begins with no line `# breaks: tests/…::test`")
    if not touched:
        raise BadBreaker(f"{patch.name}: changes no file")
    # A patch that weakens the tests would prove nothing about them.
    if any(name.startswith("tests/") for name in touched):
        raise BadBreaker(f"{patch.name}: changes a test")
    return Breaker(patch=patch, breaks=named)
