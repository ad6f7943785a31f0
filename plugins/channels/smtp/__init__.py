"""Mail through an SMTP relay."""

from collections.abc import Iterable

from hub import MessageChannel, Settings, Toolbox, hookimpl

from .channel import SmtpChannel
from .settings import SmtpSettings, password


@hookimpl
def message_channels(settings: Settings, toolbox: Toolbox) -> Iterable[MessageChannel]:
    own = settings.section("smtp", SmtpSettings)
    return (SmtpChannel(own, password(own, settings), toolbox.clock),)
