"""A configuration for plugins under test: what hub.toml would say, as tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from hub.contract.values import Json
from hub.secret_files import read_words

T = TypeVar("T")


class TableSettings:
    """Satisfies `Settings`: one table for each plugin, none for the others."""

    def __init__(self, folder: Path = Path(), **tables: Mapping[str, Json]) -> None:
        self.environment = "test"
        self.public_address = "https://hub.test"
        self.workers = 1
        self._folder = folder
        self._tables = tables

    def section(self, name: str, shape: type[T]) -> T:
        return TypeAdapter(shape).validate_python(self._tables.get(name, {}))

    def secret(self, path: str, at: str) -> str:
        return read_words(self.file(path), at)

    def file(self, path: str) -> Path:
        return self._folder / path
