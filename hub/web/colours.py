"""The colour tokens of the pages: which there are, what an operator makes of them, who can read it.

Pure. The tokens are those of `hub.css`: a name with a colour for light pages and one for dark ones.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from hub.contract.values import value

SYNTAX: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
"""What stands in the style sheet is the operator's, and nothing but a colour ever."""
LEAST: Final = 4.5
"""WCAG 2.2, 1.4.3 (AA): between a text and what it stands on."""
PAIRS: Final = (
    ("text", "ground"),
    ("text", "surface"),
    ("text", "raised"),
    ("text", "accent-soft"),
    ("text", "warn-soft"),
    ("text", "danger-soft"),
    ("text-soft", "ground"),
    ("text-soft", "surface"),
    ("text-soft", "raised"),
    ("accent", "surface"),
    ("accent-strong", "ground"),
    ("accent-strong", "surface"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("danger", "surface"),
    ("danger", "ground"),
    ("warn", "surface"),
    ("warn", "ground"),
    ("ok", "surface"),
)
"""A text and what it stands on somewhere in our pages."""
_TOKEN: Final = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
_KNEE: Final = 0.04045


@value
class Shades:
    light: str
    dark: str


@value
class Unreadable:
    """A pair that too few people can tell apart."""

    text: str
    ground: str
    theme: str
    ratio: float


def tokens_of(style_sheet: str) -> Mapping[str, Shades]:
    """Those it sets, by name."""
    return {
        name: Shades(light=light, dark=dark) for name, light, dark in _TOKEN.findall(style_sheet)
    }


def unreadable(tokens: Mapping[str, Shades]) -> Iterator[Unreadable]:
    """Every pair of `PAIRS` under `LEAST`, in either theme."""
    for text, ground in PAIRS:
        front, back = tokens[text], tokens[ground]
        each = (("light", front.light, back.light), ("dark", front.dark, back.dark))
        for theme, one, other in each:
            # Rounded down: 4.49 is no 4.5 (WCAG knows no tolerance).
            found = int(contrast(one, other) * 100) / 100
            if found < LEAST:
                yield Unreadable(text=text, ground=ground, theme=theme, ratio=found)


def contrast(one: str, other: str) -> float:
    """Between 1 and 21, as WCAG 2.2 computes it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def sheet(tokens: Mapping[str, Shades]) -> str:
    """A style sheet that sets *tokens*, to be read after ours."""
    lines = [f"  --{name}: light-dark({s.light}, {s.dark});\n" for name, s in tokens.items()]
    return ":root {\n" + "".join(lines) + "}\n" if lines else ""


def _luminance(colour: str) -> float:
    figures = colour.removeprefix("#")
    whole = "".join(each * 2 for each in figures) if len(figures) == 3 else figures
    red, green, blue = (_linear(int(whole[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= _KNEE else float(((part + 0.055) / 1.055) ** 2.4)
