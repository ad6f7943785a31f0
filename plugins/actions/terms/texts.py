"""The texts people accept: what hub.toml declares, read once at start."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from pathlib import Path

from hub import ConfigError, ConfigErrors, Settings, value


@value
class TextSettings:
    """One text, `[plugin.terms.texts.<key>]`; a service with `terms.<key>` requires it."""

    version: str
    """Accepted again when it changes; a corrected spelling need not change it."""
    title: str
    file: str
    """Plain text in UTF-8, paragraphs apart by an empty line."""


@value
class TermsSettings:
    """Terms of use, of the portal or of one service."""

    texts: Mapping[str, TextSettings] = field(default_factory=dict)


@value
class Text:
    key: str
    version: str
    title: str
    paragraphs: tuple[str, ...]
    digest: str
    """SHA-256 of the file, in the proof: which words were accepted."""


def read_texts(settings: Settings) -> Sequence[Text]:
    """Raise `ConfigErrors` naming every text that cannot be shown."""
    declared = settings.section("terms", TermsSettings).texts
    files = {key: settings.file(text.file) for key, text in declared.items()}
    if errors := list(_unreadable(files)):
        raise ConfigErrors(errors)
    return [_read(key, text, files[key]) for key, text in declared.items()]


def _read(key: str, declared: TextSettings, file: Path) -> Text:
    content = file.read_bytes()
    parts = content.decode("utf-8").replace("\r\n", "\n").split("\n\n")
    return Text(
        key=key,
        version=declared.version,
        title=declared.title,
        paragraphs=tuple(_one_line(part) for part in parts if part.strip()),
        digest=sha256(content).hexdigest(),
    )


def _one_line(part: str) -> str:
    # Not `split()`: it would break at the non-breaking spaces of French.
    return re.sub(r"[ \t\n]+", " ", part).strip()


def _unreadable(files: Mapping[str, Path]) -> Iterator[ConfigError]:
    for key, file in files.items():
        path = f"plugin.terms.texts.{key}.file"
        try:
            if not file.read_bytes().decode("utf-8").strip():
                yield ConfigError(path, f"{file} is empty")
        except OSError as error:
            yield ConfigError(path, f"{file} cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            yield ConfigError(path, f"{file} is not UTF-8")
