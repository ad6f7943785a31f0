"""Reads the operator's theme: name, logo, colours, whom to call, legal pages."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from hub.configuration import Configuration, parsed
from hub.contract.errors import ConfigError, ConfigErrors
from hub.contract.identifiers import ServiceId
from hub.contract.values import value
from hub.pictures import wrong_with_logo
from hub.theme_settings import ColourSettings, ThemeFile
from hub.web.colours import LEAST, SYNTAX, Shades, sheet, tokens_of, unreadable
from hub.web.help_pages import HelpCentre, read_help
from hub.web.parts import Help, Look

AT: Final = "theme.file"
WEB: Final = Path(__file__).parent / "web"
_PICTURES: Final = frozenset({".svg", ".png"})


@value
class Theme:
    look: Look
    support: Help
    legal: HelpCentre


def theme_of(configuration: Configuration) -> Theme:
    """As hub.toml and the theme file say it; raise `ConfigErrors` naming all that is wrong."""
    hub = configuration.hub
    file = configuration.file(hub.theme.file) if hub.theme.file else None
    given = _read(file) if file else ThemeFile()
    folder = file.parent if file else configuration.folder
    own, theirs = hub.theme, given
    look = Look(
        name=theirs.name or own.name,
        short_name=theirs.short_name,
        stylesheet=_file(folder, theirs.stylesheet) or _file(configuration.folder, own.stylesheet),
        logo=_file(folder, theirs.logo) or _file(configuration.folder, own.logo),
        colours=sheet(_tokens(theirs.colours)),
        intro=dict(theirs.front.intro),
        public=tuple(ServiceId(each) for each in theirs.front.services),
    )
    if wrong := [*_missing(look), *_speechless(given, hub.languages)]:
        raise ConfigErrors(wrong)
    legal = [WEB / "legal", *([folder / theirs.legal] if theirs.legal else [])]
    return Theme(
        look=look, support=_support(configuration, given), legal=read_help(legal, hub.languages)
    )


def unknown_services(look: Look, known: Collection[ServiceId]) -> Iterator[ConfigError]:
    """What the front page would name and nobody offers."""
    for each in look.public:
        if each not in known:
            yield ConfigError(f"{AT}.front.services", f"no service is called {each!r}")


def _read(file: Path) -> ThemeFile:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigErrors([ConfigError(AT, f"cannot be read: {error}")]) from None
    return parsed(raw, ThemeFile, AT)


def _file(folder: Path, name: str) -> Path | None:
    return folder / name if name else None


def _missing(look: Look) -> Iterator[ConfigError]:
    if look.logo and look.logo.suffix.lower() not in _PICTURES:
        yield ConfigError("theme.logo", "is neither .svg nor .png")
    elif look.logo and look.logo.is_file() and (wrong := _unfit(look.logo)):
        yield ConfigError("theme.logo", wrong)
    for path, file in (("theme.logo", look.logo), ("theme.stylesheet", look.stylesheet)):
        if file and not file.is_file():
            yield ConfigError(path, f"{file}: no such file")


def _unfit(logo: Path) -> str:
    return wrong_with_logo(logo.read_bytes(), logo.suffix.lower())


def _speechless(given: ThemeFile, languages: Collection[str]) -> Iterator[ConfigError]:
    """A text in other languages only: those who read French would find nothing."""
    for path, texts in (("support.hours", given.support.hours), ("front.intro", given.front.intro)):
        if texts and "fr" not in texts:
            yield ConfigError(f"{AT}.{path}", "says nothing in fr")
        for language in sorted(texts.keys() - set(languages)):
            yield ConfigError(f"{AT}.{path}.{language}", "this language is not in `languages`")


def _support(configuration: Configuration, given: ThemeFile) -> Help:
    own, theirs = configuration.hub.support, given.support
    hours = dict(theirs.hours)
    return Help(
        telephone=theirs.telephone or own.telephone,
        hours=hours.get("fr", own.hours),
        mail=theirs.mail or own.mail,
        hours_in=hours,
    )


def _tokens(given: Mapping[str, ColourSettings]) -> Mapping[str, Shades]:
    """Those the theme sets, whole; raise `ConfigErrors` for each that nobody could read."""
    shipped = tokens_of((WEB / "static" / "hub.css").read_text(encoding="utf-8"))
    if wrong := [*_unknown(given, shipped)]:
        raise ConfigErrors(wrong)
    said = {
        name: Shades(light=each.light or shipped[name].light, dark=each.dark or shipped[name].dark)
        for name, each in given.items()
    }
    if wrong := [*_contrasts({**shipped, **said})]:
        raise ConfigErrors(wrong)
    return said


def _unknown(
    given: Mapping[str, ColourSettings], shipped: Mapping[str, Shades]
) -> Iterator[ConfigError]:
    for name, each in given.items():
        if name not in shipped:
            known = ", ".join(sorted(shipped))
            yield ConfigError(f"{AT}.colours.{name}", f"no such token; there is {known}")
        for shade in (each.light, each.dark):
            # What is no colour could end the rule, and begin another that hides or imitates.
            if shade is not None and not SYNTAX.fullmatch(shade):
                yield ConfigError(f"{AT}.colours.{name}", f"{shade!r} is not written `#rrggbb`")


def _contrasts(tokens: Mapping[str, Shades]) -> Iterator[ConfigError]:
    for each in unreadable(tokens):
        problem = f"on {each.ground}, {each.theme} pages: contrast {each.ratio:.2f}"
        yield ConfigError(f"{AT}.colours.{each.text}", f"{problem}, {LEAST} is needed (WCAG AA)")
