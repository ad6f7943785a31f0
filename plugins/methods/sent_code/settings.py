"""What the operator may say about sent codes: `[plugin.sent_code]`."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from hub import value

FRENCH_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF")


@value
class SentCodeSettings:
    """Every figure has a limit that no configuration passes."""

    kinds: tuple[Literal["sms", "mail"], ...] = ("sms", "mail")
    """The kinds offered, in this order."""
    lifetime: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(minutes=10))] = timedelta(
        minutes=10
    )
    tries: Annotated[int, Field(ge=1, le=5)] = 5
    """Wrong answers after which a code is dead."""
    gap: Annotated[timedelta, Field(ge=timedelta(seconds=30))] = timedelta(seconds=30)
    """Between two codes to one number or address."""
    regions: tuple[str, ...] = FRENCH_REGIONS
    """Where numbers may be of; the first is meant when no country is typed. Others may be dear."""
    contacts: Annotated[int, Field(ge=1, le=10)] = 3
    """Numbers, and as many addresses, one person may keep."""
