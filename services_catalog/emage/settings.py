"""What an operator may set about shared studies: `[plugin.emage]`."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from hub import Settings, value

Positive = Field(gt=timedelta(0))


@value
class EmageSettings:
    """« e-mage »: a study shared with somebody who has no account."""

    minimum: str = "strong"
    """The level it takes to share."""
    lasts: Annotated[timedelta, Positive, Field(le=timedelta(days=30))] = timedelta(days=3)
    """How long a share stays open. The end is written when the form is asked for."""
    draft: Annotated[timedelta, Positive, Field(le=timedelta(days=1))] = timedelta(hours=1)
    """How long the form may wait to be sent."""
    drafts: Annotated[int, Field(ge=1)] = 20
    """How many forms of one service may wait for one person."""
    per_day: Annotated[int, Field(ge=1)] = 30
    """How many shares one person may send within a day."""
    per_recipient: Annotated[int, Field(ge=2)] = 5
    """How many mails one address gets within a day, links and codes of all senders together;
    never over half of `messages.per_address`."""
    code: Annotated[timedelta, Positive, Field(le=timedelta(minutes=10))] = timedelta(minutes=10)
    """How long the recipient's code is good."""
    tries: Annotated[int, Field(ge=1, le=5)] = 5
    """Wrong answers after which a code is dead."""
    gap: Annotated[timedelta, Field(ge=timedelta(seconds=30))] = timedelta(seconds=30)
    """Between two codes for one share."""
    failures: Annotated[int, Field(ge=1, le=5)] = 3
    """Wrong answers in a row after which the share rests, whatever the code and the browser."""
    pause: Annotated[timedelta, Field(ge=timedelta(minutes=5))] = timedelta(minutes=5)
    """How long it rests."""
    ticket: Annotated[timedelta, Positive, Field(le=timedelta(minutes=2))] = timedelta(minutes=2)
    """How long the service has to redeem a ticket."""
    kept: Annotated[timedelta, Field(ge=timedelta(0))] = timedelta(days=7)
    """How long after its end the sender still reads who opened a share."""


def emage_settings(settings: Settings) -> EmageSettings:
    """Raise `ConfigErrors`."""
    return settings.section("emage", EmageSettings)
