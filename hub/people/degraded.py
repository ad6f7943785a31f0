"""The degraded modes: what may be away while the hub goes on, and how each stands now. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from hub.contract.values import value


class Fares(StrEnum):
    WELL = "well"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    """The hub cannot see it from where it stands."""


@value
class ModeState:
    mode: str
    """One of `MODES`."""
    fares: Fares
    since: datetime | None = None
    """`None`: not known, or nothing is wrong."""
    about: str = ""
    """Which one of several, by its name in the configuration."""


MODES: Final = (
    "sms",
    "mail",
    "providers",
    "revocation",
    "card_host",
    "agent",
    "clock",
    "services",
    "methods",
    "plugins",
    "worker",
    "database",
    "node",
)
"""In the order of the page and of the table in the operator's guide."""

Modes = Callable[[], Sequence[ModeState]]


@value
class Ailing:
    """Somebody outside who failed, and has not been seen to work since."""

    kind: str
    """`carrier`; `party`: whoever is called by HTTP; `provider`: where people sign in."""
    name: str
    since: datetime
    last: datetime
    """When it was last written that it fails; a carrier's and a provider's now and then."""


class FaringBook(Protocol):
    """Who outside failed, as any process of the hub found out."""

    def told(self, kind: str, name: str, well: bool) -> None:
        """Only what changes is kept. Never raises: whoever tells it has better things to do."""

    def ailing(self) -> Sequence[Ailing]:
        """Those of the last day, in the order of their names."""


class ProvidersFaring(Protocol):
    """Which providers people come from gave no answer, as the sign-ins of any process found."""

    def told(self, name: str, well: bool) -> None:
        """*name*: the provider's, or `<name>/metadata` of its documents alone. Never raises."""

    def silent(self) -> Mapping[str, datetime]:
        """By provider: since when. Of whom nothing was heard for a while, nothing is said."""


def chain_state(mode: str, chain: Sequence[str], ailing: Sequence[Ailing]) -> ModeState:
    """Of the carriers of one kind: degraded once one fails, though the next one takes over."""
    failing = [each for each in ailing if each.kind == "carrier" and each.name in chain]
    return failing_state(mode, failing)


def chains_silence(
    chains: Iterable[Sequence[str]], ailing: Sequence[Ailing], after: datetime
) -> datetime | None:
    """Since when nothing leaves by any of the chains; `None`: something does, or may.

    A chain carries as long as one of its carriers does. Of whom nothing was heard *after* that
    moment, nothing is known.
    """
    since = {e.name: e.since for e in ailing if e.kind == "carrier" and e.last > after}
    used = [chain for chain in chains if chain]
    if not used or not all(name in since for chain in used for name in chain):
        return None
    return max(since[name] for chain in used for name in chain)


def failing_state(mode: str, failing: Sequence[Ailing]) -> ModeState:
    if not failing:
        return ModeState(mode=mode, fares=Fares.WELL)
    return ModeState(
        mode=mode,
        fares=Fares.DEGRADED,
        since=min(each.since for each in failing),
        about=", ".join(each.name for each in failing),
    )
