"""What a method can tell about the workstation in front of which somebody sits."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

from hub.contract.values import value


class Verdict(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    """It was not checked, or cannot be."""


@value
class Check:
    """One line of « Diagnostic de mon poste »."""

    name: str
    """Its words stand in the catalogue: `diagnostic.<name>` what is checked, with `.<outcome>` what
    was found, and for a bad one `.<outcome>.next` what to do."""
    outcomes: Mapping[str, Verdict]
    """All there can be; the first one holds until the page's script says another."""


@value
class WorkstationChecks:
    """What a script finds out by asking a program on the person's own workstation."""

    checks: Sequence[Check]
    script: str
    """A file of the plugin's `static/`. It sends `checked` events, each with `name`, `outcome` and,
    where there is more to show on the screen and nowhere else, `shown`, to the form `#diagnostic`;
    of the address it learns from `data-workstation`."""
    address: str
    """`http://127.0.0.1:<port>`: the only one the page may speak to besides the hub."""


@runtime_checkable
class ChecksWorkstation(Protocol):
    """A method that works through a program on the workstation."""

    def workstation_checks(self) -> WorkstationChecks | None:
        """`None`: this hub does without that program."""
