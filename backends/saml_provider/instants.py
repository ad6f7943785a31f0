"""Moments as SAML writes them: xs:dateTime, in UTC (Core 1.3.3)."""

import re
from datetime import UTC, datetime
from typing import Final

from hub import saml

_FORM: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def instant(text: str | None) -> datetime:
    """Raise `saml.Untrusted` when it is no moment, or does not say in which zone."""
    plain = (text or "").strip()
    if not _FORM.fullmatch(plain):
        raise saml.Untrusted("malformed")
    try:
        return datetime.fromisoformat(plain).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise saml.Untrusted("malformed") from error


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
