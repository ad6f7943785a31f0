"""Reads a secret the operator wrote into a file, and refuses one that others may read."""

from pathlib import Path

from hub.contract.errors import ConfigError

_OTHERS = 0o077


def read_words(path: Path, at: str) -> str:
    """*at*: the key of the configuration that named the file."""
    try:
        mode = path.stat().st_mode
        if mode & _OTHERS:
            problem = f"{path} may be read by others on this machine: chmod 600 {path}"
            raise ConfigError(at, problem)
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigError(at, f"cannot be read: {reason}") from None
