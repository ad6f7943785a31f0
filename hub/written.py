"""Where each table and each key of hub.toml stands, for whoever is shown what it says. Pure.

TOML keeps no line numbers once it is parsed: the heads of tables and the keys before the first one
are found again in the text. What a text between triple quotes only looks like is passed over.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_HEAD: Final = re.compile(r"\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_KEY: Final = re.compile(r"([A-Za-z0-9_-]+)\s*=")
_FENCE: Final = re.compile(r'"""|\'\'\'')


def written(file: str, text: str) -> Mapping[str, str]:
    """By dotted path, as `hub.toml:42`: `provider.word`, `plugin.terms.texts.portal`, `methods`."""
    found: dict[str, str] = {}
    tables = False
    for number, line in _code(text):
        head = _HEAD.fullmatch(line)
        path = _path(f"{head[1]} = 0") if head else None
        tables = tables or path is not None
        key = _KEY.match(line) if not tables else None
        name = ".".join(path) if path else key[1] if key else ""
        if name:
            found.setdefault(name, f"{file}:{number}")
    return found


def _code(text: str) -> Iterator[tuple[int, str]]:
    within = ""
    for number, line in enumerate(text.splitlines(), start=1):
        outside = not within
        for fence in _FENCE.findall(line):
            # Inside one kind of fence the other is text.
            within = "" if within == fence else within or fence
        if outside:
            yield number, line.strip()


def _path(assigned: str) -> Sequence[str] | None:
    """The parts of a dotted key, as TOML itself reads them; `None`: it is none."""
    try:
        table: Any = tomllib.loads(assigned)
    except tomllib.TOMLDecodeError:
        return None
    parts = []
    while isinstance(table, dict):
        ((name, table),) = table.items()
        parts.append(name)
    return parts
