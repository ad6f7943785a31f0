"""Fills a form of a drawn page with what was typed into it before. Text in, text out.

Only fields for typing and choosing are touched, and those that count a thing's changes: two
tabs that edited one thing are found out afterwards as before. Never a password, never a code,
never a consent.
"""

from collections import Counter
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from hub.contract.values import value

COUNTS: Final = frozenset({"revision", "version"})
"""Hidden fields by which a view knows what the form was drawn from."""
_TYPED: Final = frozenset(
    {"text", "search", "email", "url", "tel", "number", "date", "time", "datetime-local"}
)
_CHOSEN: Final = frozenset({"checkbox", "radio"})
Attributes = list[tuple[str, str | None]]


@value
class Typed:
    action: str
    """The path the form was sent to."""
    here: str
    """The path of the page that is filled: where a form without an action goes."""
    fields: tuple[tuple[str, str], ...]


def refilled(page: str, typed: Typed, note: str) -> str:
    """*page* with its first form of that action filled, *note* at its head; else unchanged."""
    reader = _Forms(page, typed)
    reader.feed(page)
    reader.close()
    if not reader.filled:
        return page
    parts, at = [], 0
    for start, end, text in sorted([*reader.changes, (reader.head, reader.head, note)]):
        parts += [page[at:start], text]
        at = end
    return "".join([*parts, page[at:]])


class _Forms(HTMLParser):
    """Collects what to write where; `filled` once a field got something that was typed."""

    def __init__(self, page: str, typed: Typed) -> None:
        super().__init__(convert_charrefs=True)
        self.changes: list[tuple[int, int, str]] = []
        self.filled = False
        self.head = 0
        self._typed = typed
        self._left = Counter(typed.fields)
        self._texts: dict[str, list[str]] = {}
        for name, text in typed.fields:
            self._texts.setdefault(name, []).append(text)
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._inside = self._done = False
        self._folded: list[tuple[int, int, Attributes]] = []
        self._list = ""
        self._area: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = dict(attrs)
        if tag == "form":
            self._enter(given)
        elif tag == "details":
            self._folded.append((self._here(), self._after(), attrs))
        elif self._inside and tag == "select":
            self._list = given.get("name") or ""
        elif self._inside and tag == "textarea":
            self._area = (given.get("name") or "", self._after())
        elif self._inside and tag == "option" and self._list in self._texts:
            self._choose(tag, attrs, "selected", (self._list, given.get("value") or ""))
        elif self._inside and tag == "input":
            self._input(tag, attrs, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "details" and self._folded:
            self._folded.pop()
        elif tag == "select":
            self._list = ""
        elif tag == "textarea" and self._area:
            name, start = self._area
            if name in self._texts:
                self._write(start, self._here(), escape(self._texts[name][0]))
            self._area = None

    def _enter(self, given: dict[str, str | None]) -> None:
        path = urlsplit(given.get("action") or self._typed.here).path
        post = (given.get("method") or "").lower() == "post"
        self._inside = post and path == self._typed.action and not self._done
        if self._inside:
            # Of several rows that go to one address the first alone: the others were not typed in.
            self._done, self.head = True, self._after()
            for start, end, attrs in self._folded:
                self._write(start, end, _tag("details", attrs, "open", None), typed=False)

    def _input(self, tag: str, attrs: Attributes, given: dict[str, str | None]) -> None:
        name, kind = given.get("name") or "", (given.get("type") or "text").lower()
        if kind in _CHOSEN:
            # A box that must be ticked is a consent: given by a hand, each time, or not at all.
            agrees = kind == "checkbox" and "required" in given
            pair = None if agrees else (name, given.get("value") or "on")
            self._choose(tag, attrs, "checked", pair)
        elif name in self._texts and given.get("autocomplete") != "one-time-code":
            if kind in _TYPED:
                self._put(tag, attrs, "value", self._texts[name][0])
            elif kind == "hidden" and name in COUNTS:
                self._put(tag, attrs, "value", self._texts[name][0], typed=False)

    def _choose(self, tag: str, attrs: Attributes, how: str, pair: tuple[str, str] | None) -> None:
        if pair in self._left:
            self._put(tag, attrs, how, None)
        elif how in dict(attrs):
            self._put(tag, attrs, how, "", typed=False)

    def _put(
        self, tag: str, attrs: Attributes, name: str, text: str | None, *, typed: bool = True
    ) -> None:
        """Write the tag again with one attribute set; a chosen state is taken away by `""`."""
        self._write(self._here(), self._after(), _tag(tag, attrs, name, text), typed=typed)

    def _write(self, start: int, end: int, text: str, *, typed: bool = True) -> None:
        self.changes.append((start, end, text))
        self.filled = self.filled or typed

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _after(self) -> int:
        return self._here() + len(self.get_starttag_text() or "")


def _tag(tag: str, attrs: Attributes, name: str, text: str | None) -> str:
    kept = [each for each in attrs if each[0] != name]
    if text != "" or name == "value":
        kept.append((name, text))
    written = (f" {each}" if said is None else f' {each}="{escape(said)}"' for each, said in kept)
    return f"<{tag}{''.join(written)}>"
