"""`hub <program> …`: what a package offers outside any hub, on machines without a `hub.toml`."""

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Final

from hub.contract.errors import PluginError

GROUP: Final = "hub.programs"

Program = Callable[[Sequence[str]], int]


def program(name: str) -> Program | None:
    """The one so called; it is loaded only because its name was typed. Raise `PluginError`."""
    found = tuple(entry_points(group=GROUP, name=name))
    if len({each.value for each in found}) > 1:
        raise PluginError(f"program {name!r} is offered by {len(found)} packages")
    loaded: Program | None = found[0].load() if found else None
    return loaded
