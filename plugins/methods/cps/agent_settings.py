"""What the operator may say about the workstation agent: `[plugin.cps.agent]`."""

from typing import Annotated

from pydantic import Field

from hub import value


@value
class AgentSettings:
    enabled: bool = True
    """Whether the page offers the agent at all."""
    port: Annotated[int, Field(ge=1024, le=65535)] = 42917
    """Where agents listen on their workstation, on loopback alone; theirs is set to the same."""
