"""The shape of `[retention]`: for how long each kind of thing is kept about people."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Final

from hub.contract.errors import ConfigError
from hub.contract.values import value

LEAST_TRAIL: Final = timedelta(days=180)
"""Six months to a year is what the CNIL asks of such records (délibération 2021-122)."""


@value
class RetentionSettings:
    """For how long each kind of thing is kept; `hub retention show` tells what there is."""

    trail: timedelta = timedelta(days=365)
    """The audit trail; at least six months. Up to three years where the need is written down."""
    pending_logins: timedelta = timedelta(days=1)
    """A sign-in that ran out starts again from its own row; one that is over knows the way back."""
    sessions: timedelta = timedelta(days=1)
    """After their end, without what was in them."""
    messages: timedelta = timedelta(days=7)
    """That one was sent, and when: its words go as soon as it leaves."""
    posted_notices: timedelta = timedelta(days=90)
    """What services posted for people, whatever end they asked for."""
    account_requests: timedelta = timedelta(days=60)
    """Requests for an account, whatever became of them."""
    known_browsers: timedelta = timedelta(days=180)
    """Since the browser was last seen; digests only."""
    ended_rights: timedelta = timedelta(days=365)
    """Rights that are over: who held what until when."""
    waiting_services: timedelta = timedelta(days=30)
    """Services that asked to join and were never answered."""
    counters: timedelta = timedelta(days=2)
    """How often something was tried; longer than any pause and any daily cap."""


def problems(given: RetentionSettings) -> Sequence[ConfigError]:
    """What nobody may keep so short."""
    nothing = [
        ConfigError(f"retention.{each.name}", "must be more than nothing")
        for each in fields(given)
        if getattr(given, each.name) <= timedelta()
    ]
    if timedelta() < given.trail < LEAST_TRAIL:
        said = f"must be at least {LEAST_TRAIL.days} days: what happened must be found again"
        nothing.append(ConfigError("retention.trail", said))
    return nothing
