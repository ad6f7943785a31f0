"""What an operator may set about passwords, with the floors nobody may go below."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, Literal

from hub import ConfigError, ConfigErrors, Settings, value

# Equivalent minima of the OWASP password storage sheet: (passes, KiB).
FLOORS: Final = ((5, 7168), (4, 9216), (3, 12288), (2, 19456), (1, 47104))


@value
class PasswordSettings:
    """Passwords: how they are hashed, how long they last, which are refused."""

    memory: int = 19456
    """Argon2id, in KiB for each hash."""
    passes: int = 2
    lanes: int = 1
    places: int = 0
    """Hashes at once in one process; 0: as many as its share of the processors."""
    patience: timedelta = timedelta(seconds=2)
    """How long a sign-in waits for a place before it is told to try again."""
    shortest: int = 12
    words: tuple[str, ...] = ("hopital", "clinique", "sante", "portail", "rpps", "cps", "password")
    """Words a password may not be made of, beside the person's own names."""
    remembered: int = 5
    """How many former passwords may not come back."""
    first_life: timedelta = timedelta(days=1)
    """How long one given by somebody else opens anything."""
    life: timedelta | Literal["none"] = timedelta(days=365)
    """After that a new one is asked for at sign-in; `none`: never. Earlier ones keep the end they
    were given when they were chosen."""
    reset_life: timedelta = timedelta(minutes=30)
    """How long the link of « Mot de passe oublié » works."""
    invitation_life: timedelta = timedelta(days=1)
    letters: int = 3
    """How many times in a day strangers may have a person written to: whoever asks for a lost
    password or identifier is one."""


def password_settings(settings: Settings) -> PasswordSettings:
    """Raise `ConfigErrors` naming every figure under its floor."""
    read = settings.section("password", PasswordSettings)
    # Tests sign in thousands of times; what they hash is nobody's password.
    errors = [] if settings.environment == "test" else list(_too_weak(read))
    if errors:
        raise ConfigErrors(errors)
    return read


def _too_weak(read: PasswordSettings) -> Iterator[ConfigError]:
    if not any(read.passes >= passes and read.memory >= memory for passes, memory in FLOORS):
        floors = ", ".join(f"{memory} with {passes}" for passes, memory in FLOORS)
        yield ConfigError("plugin.password.memory", f"too little for its passes; least: {floors}")
    if read.lanes < 1:
        yield ConfigError("plugin.password.lanes", "at least 1")
    if read.places < 0:
        yield ConfigError("plugin.password.places", "at least 0")
    if read.shortest < 8:
        yield ConfigError("plugin.password.shortest", "at least 8 characters")
    if read.remembered < 0:
        yield ConfigError("plugin.password.remembered", "at least 0")
    if read.letters < 1:
        yield ConfigError("plugin.password.letters", "at least 1")
    if read.reset_life > timedelta(days=1):
        yield ConfigError("plugin.password.reset_life", "at most a day")
