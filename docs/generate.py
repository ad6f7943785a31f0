"""Writes the pages of docs/ that are drawn from the code: configuration.md and phrases.md.

`python docs/generate.py` writes them; a test compares them with what it would write.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import timedelta
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, get_args, get_type_hints

from babel.messages.pofile import read_po

from hub import settings, theme_settings

DOCS = Path(__file__).parent
LANGUAGES = ("fr", "en")
# Nor what imports libraries of an extra (the agent's real readers).
_NOT_SETTINGS = {"__main__", "migrations", "hardware", "readers", "tokens"}


def configuration() -> str:
    """Every key of hub.toml with its type, default and meaning."""
    parts = [
        "# Configuration",
        "Drawn from the settings classes by `python docs/generate.py`. Durations are written as "
        'ISO 8601: `"PT30M"`, `"P1D"`. Relative paths start at the folder of `hub.toml`. '
        "A key nobody reads is an error.",
        *_table("hub.toml", settings.HubSettings),
    ]
    nested = {
        "[session]": settings.SessionSettings,
        "[retention]": settings.RetentionSettings,
        "[audit]": settings.AuditSettings,
        "[throttle]": settings.ThrottleSettings,
        "[throttle.methods.<method>]": settings.MethodThrottle,
        "[messages]": settings.MessageSettings,
        "[fetching]": settings.FetchingSettings,
        "[outbound]": settings.OutboundSettings,
        "[outbound.parties.<name>]": settings.PartySettings,
        "[outbound.parties.<name>.tls]": settings.TlsSettings,
        "[support]": settings.SupportSettings,
        "[theme]": settings.ThemeSettings,
        "theme.toml, the file `[theme]` names": theme_settings.ThemeFile,
        "[colours.<token>] in theme.toml": theme_settings.ColourSettings,
        "[support] in theme.toml": theme_settings.ThemeSupport,
        "[front] in theme.toml": theme_settings.FrontSettings,
        "[portal]": settings.PortalSettings,
        "[card_host]": settings.CardHostSettings,
        "[service.<id>]": settings.ServiceSettings,
        "[provider.<name>]": settings.ProviderSettings,
        "[provider.<name>.possible]": settings.PossibleSettings,
    }
    for title, shape in nested.items():
        parts += _table(title, shape)
    for name, shape in _plugins():
        parts += _table(f"[{_place(name, shape)}]", shape)
    return "\n\n".join(parts) + "\n"


def phrases() -> str:
    """Every refusal with its sentence and next step, in both languages."""
    rows = ["| code | français | la suite | English | next step |", "|---|---|---|---|---|"]
    words = {language: _words(language) for language in LANGUAGES}
    codes = sorted(
        key.removeprefix("refusal.")
        for key in words["fr"]
        if key.startswith("refusal.") and not key.endswith(".next")
    )
    for code in codes:
        cells = [
            words[language].get(f"refusal.{code}{part}", "")
            for language in LANGUAGES
            for part in ("", ".next")
        ]
        rows.append(" | ".join([f"| `{code}`", *map(_cell, cells)]) + " |")
    return "\n".join(["# Every refusal", "", "Drawn from the catalogues.", "", *rows]) + "\n"


PAGES = {"configuration.md": configuration, "phrases.md": phrases}


def _plugins() -> Iterator[tuple[str, type[Any]]]:
    """Each plugin's settings, its own tables first, then those nested in them."""
    for point in sorted(entry_points(group="hub"), key=lambda each: each.name):
        if point.module.startswith("hub_"):
            for shape in _settings_of(point.module):
                yield from ((point.name, each) for each in _nested(shape, set()))


def _settings_of(package: str) -> list[type[Any]]:
    origin = find_spec(package)
    folders = list(origin.submodule_search_locations or ()) if origin else []
    inside = [each.name for each in iter_modules(folders) if each.name not in _NOT_SETTINGS]
    modules = [import_module(name) for name in (package, *(f"{package}.{n}" for n in inside))]
    found = {
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type)
        and thing.__name__.endswith(("Settings", "OidcClient", "SamlService"))
        and is_dataclass(thing)
        and thing.__module__.startswith("hub_")
    }
    return sorted(found, key=lambda each: each.__name__)


def _nested(shape: type[Any], seen: set[type[Any]]) -> Iterator[type[Any]]:
    if shape in seen:
        return
    seen.add(shape)
    yield shape
    for hint in get_type_hints(shape).values():
        for part in (hint, *get_args(hint)):
            if isinstance(part, type) and is_dataclass(part):
                yield from _nested(part, seen)


def _place(plugin: str, shape: type[Any]) -> str:
    """The section itself is the shape called `…Settings`; the others are tables inside it."""
    name = shape.__name__
    if name in ("OidcClient", "SamlService"):
        return f"service.<id>.{plugin}"
    return f"plugin.{plugin}" if name.endswith("Settings") else f"plugin.{plugin}.… ({name})"


def _table(title: str, shape: type[Any]) -> list[str]:
    told = _said(shape)
    rows = [
        f"| `{f.name}` | {_type(f.type)} | {_default(f)} | {told.get(f.name, '')} |"
        for f in fields(shape)
    ]
    head = ["| key | type | default | meaning |", "|---|---|---|---|"]
    intro = (inspect.getdoc(shape) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")
    return [f"## `{title}`", intro, "\n".join([*head, *rows])]


def _said(shape: type[Any]) -> Mapping[str, str]:
    """The string under each attribute, which Python itself forgets."""
    (tree,) = ast.parse(inspect.getsource(shape)).body
    said: dict[str, str] = {}
    last = ""
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            last = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and last:
            said[last] = _cell(" ".join(str(node.value.value).split()))
    return said


def _type(annotation: Any) -> str:
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    text = str(annotation) if not name or "[" in str(annotation) else name
    return f"`{_cell(text.replace('datetime.', '').replace('collections.abc.', ''))}`"


def _default(field: Any) -> str:
    if field.default is MISSING:
        return "none set" if field.default_factory is not MISSING else "**required**"
    if isinstance(field.default, timedelta):
        return f"`{_duration(field.default)}`"
    return "see its table" if is_dataclass(field.default) else f"`{field.default!r}`"


def _duration(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, letter in ((86400, "D"), (3600, "H"), (60, "M"), (1, "S")):
        if seconds and seconds % unit == 0:
            return f"P{'' if letter == 'D' else 'T'}{seconds // unit}{letter}"
    return "PT0S"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _words(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    modules = ["hub.web", *(point.module for point in entry_points(group="hub"))]
    for module in sorted(name for name in modules if name.startswith("hub")):
        spec = find_spec(module)
        folder = Path(spec.origin).parent if spec and spec.origin else None
        file = folder / "locale" / f"{language}.po" if folder else None
        if file and file.exists():
            with file.open("rb") as stream:
                catalogue = read_po(stream)
            found |= {str(each.id): str(each.string) for each in catalogue if each.id}
    return found


if __name__ == "__main__":
    for page, draw in PAGES.items():
        (DOCS / page).write_text(draw(), encoding="utf-8")
    sys.exit(0)
