"""How long a session lasts, and whether one still does."""

from datetime import datetime, timedelta

from hub.contract.values import value


@value
class Lifetimes:
    idle: timedelta = timedelta(minutes=30)
    """Without any request for so long, a session is over."""
    longest: timedelta = timedelta(hours=4)

    def over(self, *, began_at: datetime, seen_at: datetime, now: datetime) -> bool:
        return now - seen_at >= self.idle or now - began_at >= self.longest
