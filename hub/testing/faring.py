"""Which providers gave no answer, in memory."""

from collections.abc import Mapping
from datetime import datetime

from hub.contract.values import Clock


class MemoryProvidersFaring:
    """Implements `ProvidersFaring`; nothing it was told grows old."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[str, datetime] = {}

    def told(self, name: str, well: bool) -> None:
        if well:
            self._since.pop(name, None)
        else:
            self._since.setdefault(name, self._clock())

    def silent(self) -> Mapping[str, datetime]:
        return {name.partition("/")[0]: since for name, since in self._since.items()}
