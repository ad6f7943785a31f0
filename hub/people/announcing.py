"""What the operator announces to everybody: from when, until when, in which words. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from hub.contract.values import value

MOST: Final = 20
"""Announcements kept at once: a page full of warnings is read by nobody."""
TITLE: Final = 80
TEXT: Final = 500
LONGEST: Final = timedelta(days=366)
_FIRST: Final = "fr"


class Tone(StrEnum):
    INFO = "info"
    WARNING = "warning"


@value
class Announcement:
    id: str
    tone: Tone
    starts: datetime
    ends: datetime
    titles: Mapping[str, str]
    """By language; French is there."""
    texts: Mapping[str, str]

    def shows(self, now: datetime) -> bool:
        return self.starts <= now < self.ends

    def over(self, now: datetime) -> bool:
        return self.ends <= now

    def says_as(self, other: "Announcement") -> bool:
        """Whether both tell the same until the same moment: a form sent twice says it once."""
        return replace(self, id=other.id, starts=other.starts) == other

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles[_FIRST]

    def text(self, language: str) -> str:
        """In the language of the title shown: never half in one and half in another."""
        spoken = language if self.titles.get(language) else _FIRST
        return self.texts.get(spoken, "")


class Unfit(StrEnum):
    """Why what was typed is no announcement: the end of a refusal's code."""

    NO_TITLE = "no_title"
    HALF_TRANSLATED = "half_translated"
    TOO_LONG = "too_long"
    BAD_MOMENT = "bad_moment"
    ENDS_BEFORE = "ends_before"
    TOO_FAR = "too_far"
    TOO_MANY = "too_many"


@value
class Typed:
    """The form as it came, to be drawn again as it was."""

    tone: str = Tone.INFO.value
    starts: str = ""
    ends: str = ""
    titles: Mapping[str, str]
    texts: Mapping[str, str]


def announcement(name: str, typed: Typed, zone: tzinfo, now: datetime) -> Announcement | Unfit:
    """*zone*: in which the moments were meant. One that began before *now* begins now."""
    titles = {tag: said for tag, text in typed.titles.items() if (said := _one_line(text))}
    texts = {tag: said for tag, text in typed.texts.items() if (said := _plain(text))}
    if wrong := _words_wrong(titles, texts):
        return wrong
    starts, ends = _moment(typed.starts, zone) or now, _moment(typed.ends, zone)
    if ends is None or (typed.starts and _moment(typed.starts, zone) is None):
        return Unfit.BAD_MOMENT
    if ends <= max(starts, now):
        return Unfit.ENDS_BEFORE
    if ends - now > LONGEST:
        return Unfit.TOO_FAR
    tone = Tone.WARNING if typed.tone == Tone.WARNING else Tone.INFO
    return Announcement(
        id=name, tone=tone, starts=max(starts, now), ends=ends, titles=titles, texts=texts
    )


def _words_wrong(titles: Mapping[str, str], texts: Mapping[str, str]) -> Unfit | None:
    if _FIRST not in titles:
        return Unfit.NO_TITLE
    if set(texts) - set(titles) or (_FIRST in texts and set(titles) - set(texts)):
        return Unfit.HALF_TRANSLATED
    long = any(len(each) > TITLE for each in titles.values())
    return Unfit.TOO_LONG if long or any(len(t) > TEXT for t in texts.values()) else None


def _moment(typed: str, zone: tzinfo) -> datetime | None:
    """As a browser writes `datetime-local`; `None`: it is no moment."""
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return None
    # With an offset of its own it was not typed in our form; far ends overflow in UTC.
    sane = moment.tzinfo is None and 2000 <= moment.year <= 2999
    return moment.replace(tzinfo=zone) if sane else None


def _one_line(text: str) -> str:
    return " ".join(_plain(text).split("\n"))


def _plain(text: str) -> str:
    """Without what no keyboard types: marks that turn the direction of what follows, controls."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    kept = ("".join(sign for sign in line if not _hidden(sign)) for line in lines)
    return "\n".join(line.strip() for line in kept).strip()


def _hidden(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"}
