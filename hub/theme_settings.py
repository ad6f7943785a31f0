"""The shapes of `[theme]` in hub.toml, and of the theme file it may name."""

from collections.abc import Mapping
from dataclasses import field

from hub.contract.values import value


@value
class ThemeSettings:
    """The operator's own name and colours."""

    name: str = "Portail régional de santé"
    """At the head of every page and message."""
    stylesheet: str = ""
    """A CSS file that sets the colour tokens again."""
    logo: str = ""
    """An SVG or PNG file."""
    file: str = ""
    """A TOML file that says all of this and more; what it says holds before `[theme]` and
    `[support]`. Its paths start at its own folder."""


@value
class ColourSettings:
    """One colour token; what is not said is as shipped."""

    light: str | None = None
    """`#00757a`, on light pages."""
    dark: str | None = None
    """`#4fd1cf`, on dark ones."""


@value
class ThemeSupport:
    """Whom people may call."""

    telephone: str = ""
    """Read out on every page, as written here."""
    hours: Mapping[str, str] = field(default_factory=dict)
    """When somebody answers, by language; French is shown where another lacks."""
    mail: str = ""
    """For those who cannot call."""


@value
class FrontSettings:
    """What the page shows that everybody may see."""

    intro: Mapping[str, str] = field(default_factory=dict)
    """What the portal is, in two sentences, by language; not said: ours."""
    services: tuple[str, ...] = ()
    """Services named there, in this order; none: the page names none."""


@value
class ThemeFile:
    """The theme file itself."""

    name: str = ""
    """At the head of every page and message."""
    short_name: str = ""
    """Where there is little room; not said: `name`."""
    logo: str = ""
    """An SVG or PNG file."""
    stylesheet: str = ""
    """A CSS file, read after all others."""
    colours: Mapping[str, ColourSettings] = field(default_factory=dict)
    """By token, as `hub.css` names them without `--`: `accent`, `on-accent`, `ground`…"""
    support: ThemeSupport = ThemeSupport()
    legal: str = ""
    """A folder of legal pages, `<language>/<number>-<name>.md`: they replace ours, or join them."""
    front: FrontSettings = FrontSettings()
