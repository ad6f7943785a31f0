"""What the operator may say about authenticator applications: `[plugin.totp]`."""

from typing import Annotated

from pydantic import Field

from hub import value


@value
class TotpSettings:
    issuer: str = ""
    """The name shown in the application; empty: the host name of the hub."""
    authenticators: Annotated[int, Field(ge=1, le=10)] = 5
    """How many one person may have."""
