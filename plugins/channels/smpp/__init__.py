"""SMS through an operator's message centre (SMPP 3.4)."""

from collections.abc import Iterable

from hub import MessageChannel, Settings, Toolbox, hookimpl

from .channel import SmppChannel
from .settings import SmppSettings, password


@hookimpl
def message_channels(settings: Settings, toolbox: Toolbox) -> Iterable[MessageChannel]:
    own = settings.section("smpp", SmppSettings)
    return (SmppChannel(own, password(own, settings)),)
