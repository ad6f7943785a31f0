"""The signing keys as the operator reads them at the console, and the next one asked for early."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from hub import KeyState, ShownKey, Toolbox

from .keys import Kept
from .keys_rotation import Rotation, key_book
from .keys_schedule import ends, retired, signing
from .settings import OidcSettings

_ORDER: Final = (KeyState.CURRENT, KeyState.NEXT, KeyState.PREVIOUS)


class KeysShown:
    """Implements `ShowsKeys` and `PreparesKeys`."""

    def show_keys(self, settings: OidcSettings, toolbox: Toolbox) -> None:
        self._shown_by = settings, toolbox

    def signing_keys(self) -> Sequence[ShownKey]:
        settings, toolbox = self._shown_by
        after = int(settings.publish_after.total_seconds())
        now = int(toolbox.clock().timestamp())
        return shown(key_book(settings, toolbox).read(), now, after)

    def prepare_keys(self) -> None:
        Rotation(*self._shown_by).prepare()


def shown(kept: Sequence[Kept], now: int, after: int) -> Sequence[ShownKey]:
    """By algorithm: the one that signs, the next ones, then the former ones; none that is gone."""
    dates = [each.dated for each in kept]
    gone, leave = retired(dates, now, after), ends(dates, after)
    current = {found.name for each in dates if (found := signing(dates, each.alg, now))}
    told = [
        ShownKey(
            name=str(each.key.kid),
            alg=each.dated.alg,
            state=_state(each, current, now),
            # The first key of all signs from the beginning: what is known is when it was made.
            since=_moment(each.dated.signs_from or each.dated.made),
            until=_moment(leave.get(each.dated.name, 0)),
        )
        for each in kept
        if each.dated.name not in gone
    ]
    return sorted(told, key=lambda key: (key.alg, _ORDER.index(key.state), key.name))


def _state(each: Kept, current: set[str], now: int) -> KeyState:
    if each.dated.name in current:
        return KeyState.CURRENT
    return KeyState.NEXT if (each.dated.signs_from or 0) > now else KeyState.PREVIOUS


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
