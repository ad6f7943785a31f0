"""How long a session lasts, and whether one still does."""

from datetime import datetime, timedelta

from hub.contract.values import value

_NOTHING = timedelta()


@value
class Lifetimes:
    idle: timedelta = timedelta(minutes=30)
    """Without any request for so long, a session is over."""
    longest: timedelta = timedelta(hours=4)
    shared_idle: timedelta = timedelta(minutes=5)
    """The same on a workstation of many, whose person may have walked away."""
    most: int = 0
    """How many sessions one account may have at once; 0: as many as it likes."""

    def over(
        self, *, began_at: datetime, seen_at: datetime, now: datetime, shared: bool = False
    ) -> bool:
        return self.left(began_at=began_at, seen_at=seen_at, now=now, shared=shared) <= _NOTHING

    def left(
        self, *, began_at: datetime, seen_at: datetime, now: datetime, shared: bool = False
    ) -> timedelta:
        """How long it lasts if nobody does anything; nothing or less: it is over."""
        idle = self.shared_idle if shared else self.idle
        return min(seen_at + idle, began_at + self.longest) - now
