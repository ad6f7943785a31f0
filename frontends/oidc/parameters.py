"""Request parameters as they were sent: repeated ones stay visible, empty ones count as omitted."""

from collections import Counter
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from hub import RequestRefused

FORM: Final = "application/x-www-form-urlencoded"
LONGEST: Final = 8192
_MOST: Final = 100


class Parameters:
    def __init__(self, text: str) -> None:
        """Parse a query or a form; raise `RequestRefused` when it holds absurdly many fields."""
        try:
            self.pairs = parse_qsl(text, max_num_fields=_MOST, errors="replace")
        except ValueError as error:
            raise RequestRefused("page.bad_request") from error
        self.repeated = frozenset(
            name for name, count in Counter(name for name, _ in self.pairs).items() if count > 1
        )
        self.sent: Mapping[str, str] = dict(self.pairs)

    def __contains__(self, name: str) -> bool:
        return name in self.sent

    def get(self, name: str) -> str | None:
        return self.sent.get(name)

    def absurd(self) -> str | None:
        """The name of a parameter no honest client sends; ui_locales may be any nonsense."""
        for name, text in self.sent.items():
            # PostgreSQL stores no NUL: refuse it here rather than fail there.
            if "\0" in text or (len(text) > LONGEST and name != "ui_locales"):
                return name
        return None

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.sent.get(name) or "").split()))
