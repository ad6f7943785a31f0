"""What parts of the hub show the operator of themselves: keys that sign, texts to accept."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from hub.contract.values import value


class KeyState(StrEnum):
    NEXT = "next"
    """Published; it signs from its moment on."""
    CURRENT = "current"
    PREVIOUS = "previous"
    """Published for those who hold what it signed."""


@value
class ShownKey:
    """A signing key as everybody may know it: no part of the secret."""

    name: str
    """What it is called where it is published (`kid`), or its certificate's fingerprint."""
    alg: str
    state: KeyState
    since: datetime | None
    """From when it signs, or its certificate counts; `None`: from the beginning."""
    until: datetime | None = None
    """When it leaves, or its certificate ends; `None`: nothing is settled."""


@runtime_checkable
class ShowsKeys(Protocol):
    """A frontend that signs with keys of its own."""

    def signing_keys(self) -> Sequence[ShownKey]: ...


@runtime_checkable
class PreparesKeys(Protocol):
    """A frontend whose keys change by themselves: the next one may be asked for early."""

    def prepare_keys(self) -> None:
        """See that a next key is published. What signs today goes on; twice does no harm."""


@value
class TextStanding:
    """A text people accept, and how many have."""

    title: str
    version: str
    accepted: int
    """People who accepted this version."""
    before: int
    """People who accepted an earlier one only, and will be asked."""
    setting: str
    """Its table in `hub.toml`: `plugin.terms.texts.portal`."""


@runtime_checkable
class ShowsText(Protocol):
    """A required action that is the acceptance of a text."""

    def standing(self) -> TextStanding: ...
