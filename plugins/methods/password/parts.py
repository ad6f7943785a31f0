"""How the pieces of the method are put together, once for each hook that needs them."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from hub import Settings, Toolbox

from .change import ChangePassword
from .hashing import Hashing, argon_of, places_of
from .method import PasswordMethod
from .pages import PasswordPages
from .passwords import Passwords
from .rules import Rules, read_common
from .settings import PasswordSettings, password_settings

BLOCKLIST: Final = Path(__file__).with_name("blocklist.txt.gz")


def method_of(settings: Settings, toolbox: Toolbox) -> PasswordMethod:
    read = password_settings(settings)
    return PasswordMethod(
        toolbox, read, _passwords(toolbox, read, places_of(read, settings.workers))
    )


def change_of(settings: Settings, toolbox: Toolbox) -> ChangePassword:
    read = password_settings(settings)
    return ChangePassword(_passwords(toolbox, read, 1), toolbox.clock)


def pages_of(settings: Settings, toolbox: Toolbox) -> PasswordPages:
    read = password_settings(settings)
    return PasswordPages(toolbox, read, _passwords(toolbox, read, 1))


def _passwords(toolbox: Toolbox, read: PasswordSettings, places: int) -> Passwords:
    hashing = Hashing(argon_of(read), places, read.patience.total_seconds())
    host = urlsplit(toolbox.public_address).hostname or ""
    rules = Rules(shortest=read.shortest, common=read_common(BLOCKLIST), words=(*read.words, host))
    return Passwords(toolbox, read, hashing, rules)
