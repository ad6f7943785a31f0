"""How many letters strangers may have sent to one person: nobody signs in to ask for one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hub import AccountId, Credential, StaleCredential, Toolbox

ID: Final = "asked"
DAY: Final = timedelta(days=1)


class Asking:
    """Far fewer than the day's messages: a stranger must not use up those that carry codes."""

    def __init__(self, toolbox: Toolbox, most: int) -> None:
        self._clock = toolbox.clock
        self._drawer = toolbox.drawer("asking")
        self._most = most

    def may(self, account: AccountId) -> bool:
        """Count one. The same work when it was one too many, and for nobody."""
        now = self._clock()
        fresh = Credential(id=ID, account=account, label="", public={}, secret=b"")
        line = next((each for each in self._drawer.of(account) if each.id == ID), fresh)
        times = [at for at in _times(line) if now - datetime.fromisoformat(at) < DAY]
        room = len(times) < self._most
        try:
            kept = [*times, now.isoformat()] if room else times
            self._drawer.put(replace(line, public={"at": list(kept)}))
        except StaleCredential:
            # Two at once: the other one counted.
            return False
        return room


def _times(line: Credential) -> list[str]:
    kept = line.public.get("at")
    return [at for at in kept if isinstance(at, str)] if isinstance(kept, list) else []
