"""Every text on screen, by key: the hub's own catalogue and one for each plugin."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.pofile import read_po

from hub.contract.steps import Refusal
from hub.contract.values import Json, value

HUB: Final = "hub"
Texts = Mapping[str, str | tuple[str, ...]]


@value
class Sentence:
    """Why not, and what to do now, in the person's language."""

    why: str
    then: str


class Words:
    """Looks a key up in the owner's catalogue, then in the hub's; then both in French."""

    def __init__(
        self,
        catalogues: Mapping[tuple[str, str], Texts],
        languages: Sequence[str],
        *,
        strict: bool = False,
        zone: str = "Europe/Paris",
    ) -> None:
        """*strict*: a key without text raises `KeyError`; else the key itself is shown."""
        self.languages = tuple(languages)
        self.zone: tzinfo = ZoneInfo(zone)
        self._catalogues = catalogues
        self._strict = strict

    def text(self, language: str, key: str, owner: str = HUB, /, **values: object) -> str:
        found = self._found(language, key, owner)
        if found is None and self._strict:
            raise KeyError(key)
        # A key on screen is ugly and still tells the support what is meant.
        return key if found is None else _filled(found, language, values)

    def plain(self, language: str, key: str, owner: str = HUB) -> str | None:
        """The text of *key* when it is one sentence into which nothing is put."""
        found = self._found(language, key, owner)
        if not isinstance(found, str) or "%(" in found:
            return None
        return _filled(found, language, {})

    def has(self, key: str, owner: str = HUB) -> bool:
        return self._found(self.languages[0], key, owner) is not None

    def either(self, language: str, key: str, owner: str, otherwise: str, **values: object) -> str:
        """The text of *key* when there is one; else *otherwise*, as it stands."""
        found = self._found(language, key, owner)
        return otherwise if found is None else _filled(found, language, values)

    def refusal(self, language: str, refusal: Refusal, owner: str) -> Sentence:
        key = f"refusal.{refusal.code}"
        told = refusal.detail
        detail = {**told, **self._spans(language, told), **_days(language, told)}
        return Sentence(
            why=self.text(language, key, owner, **detail),
            then=self.text(language, f"{key}.next", owner, **detail),
        )

    def chosen(self, *wishes: Iterable[str]) -> str:
        """The first language wished for that the hub speaks; else its own first."""
        for wish in (wish for wishes_of_one in wishes for wish in wishes_of_one):
            language = wish.replace("_", "-").partition("-")[0].lower()
            if language in self.languages:
                return language
        return self.languages[0]

    def day(self, language: str, moment: datetime) -> str:
        return format_date(moment.astimezone(self.zone), "long", locale=language)

    def hour(self, language: str, moment: datetime) -> str:
        form = "H\u00a0'h'\u00a0mm" if language == "fr" else "short"
        return format_time(moment.astimezone(self.zone), form, locale=language)

    def _spans(self, language: str, detail: Mapping[str, Json]) -> Mapping[str, str]:
        """`wait_seconds: 300` may be written `%(wait)s`: « 5 minutes »."""
        return {
            name.removesuffix("_seconds"): format_timedelta(
                timedelta(seconds=length), threshold=1.01, locale=language
            )
            for name, length in detail.items()
            if name.endswith("_seconds") and isinstance(length, int)
        }

    def _found(self, language: str, key: str, owner: str) -> str | tuple[str, ...] | None:
        for each in (language, self.languages[0]):
            for book in (owner, HUB):
                found = self._catalogues.get((book, each), {}).get(key)
                if found:
                    return found
        return None


def _days(language: str, detail: Mapping[str, Json]) -> Mapping[str, str]:
    """`last_day: "2027-03-12"` may be written `%(last)s`: « 12 mars 2027 »."""
    return {
        name.removesuffix("_day"): format_date(date.fromisoformat(day), "long", locale=language)
        for name, day in detail.items()
        if name.endswith("_day") and isinstance(day, str)
    }


def read_words(
    folders: Mapping[str, Path], languages: Sequence[str], *, strict: bool = False
) -> Words:
    """Read `locale/<language>.po` below each owner's folder; an owner need not have any."""
    catalogues = {
        (owner, language): _read(folder / "locale" / f"{language}.po")
        for owner, folder in folders.items()
        for language in languages
    }
    return Words(catalogues, languages, strict=strict)


def _read(file: Path) -> Texts:
    if not file.is_file():
        return {}
    with file.open("rb") as text:
        catalogue = read_po(text)
    # With a plural the id is a pair; both halves are the same key.
    return {
        message.id if isinstance(message.id, str) else message.id[0]: _strings(message.string)
        for message in catalogue
        if message.id
    }


def _strings(found: object) -> str | tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list | tuple) else str(found)


def _filled(found: str | tuple[str, ...], language: str, values: Mapping[str, object]) -> str:
    if isinstance(found, tuple):
        number = values.get("n", 0)
        one = Locale.parse(language).plural_form(number if isinstance(number, int) else 0) == "one"
        found = found[0 if one else -1]
    return found % values if values else found.replace("%%", "%")
