"""SMS through any gateway that takes an HTTP POST."""

from collections.abc import Iterable

from hub import MessageChannel, Settings, Toolbox, hookimpl

from .channel import SmsHttpChannel
from .settings import SmsHttpSettings, secret


@hookimpl
def message_channels(settings: Settings, toolbox: Toolbox) -> Iterable[MessageChannel]:
    own = settings.section("sms_http", SmsHttpSettings)
    return (SmsHttpChannel(own, secret(own, settings), toolbox.outbound("sms_http")),)
