"""Draws what a plugin asks for as the frame would, and its messages: for plugins' own tests."""

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.contract.messages import Message
from hub.contract.steps import Ask, Refusal
from hub.web.words import read_words

WEB = Path(__file__).parents[2] / "hub" / "web" / "templates"
LANGUAGES = ("fr", "en")
KNOWN = {"hub_name": "Portail régional de santé", "support_telephone": "03 00 00 00 00"}
"""What the hub tells every message."""


def drawn(
    folder: Path,
    ask: Ask,
    language: str,
    delivery: Callable[[str], str] = lambda _: "",
    unsent: str = "",
) -> str:
    """The fragment of *ask*; a key without text is a `KeyError`.

    *unsent*: since when no messages leave.
    """
    words = read_words({"own": folder}, LANGUAGES, strict=True)
    places = FileSystemLoader([folder / "templates", WEB])
    pages = Environment(loader=places, undefined=StrictUndefined, autoescape=True)

    def text(key: str, **values: object) -> str:
        return words.text(language, key, "own", **values)

    # A macro that is imported sees globals only, as in the frame.
    pages.globals["refusal_id"] = str
    pages.globals["static"] = "/static/{}/{}".format
    pages.globals["icon"] = "{} {}".format
    pages.globals["unsent_since"] = lambda method, kind: unsent
    lent = {"watch": "", "method": "own", "t": text, "delivery": delivery}
    return pages.get_template(ask.template).render({**ask.values, **lent})


def told(folder: Path, refusal: Refusal, language: str) -> str:
    """Both sentences of a refusal."""
    sentence = read_words({"own": folder}, LANGUAGES, strict=True).refusal(language, refusal, "own")
    return f"{sentence.why} {sentence.then}"


def keys(folder: Path) -> Mapping[str, set[str]]:
    """The keys of each language's catalogue."""
    return {
        language: {
            line
            for line in (folder / "locale" / f"{language}.po").read_text("utf-8").splitlines()
            if line.startswith("msgid ")
        }
        for language in LANGUAGES
    }


def letter(folder: Path, message: Message) -> str:
    """The text of *message*, from its template."""
    places = FileSystemLoader(folder / "templates" / "messages")
    texts = Environment(loader=places, undefined=StrictUndefined)  # text, not HTML
    name = f"{message.template}.{message.kind}.{message.language}.txt"
    return texts.get_template(name).render(KNOWN, **message.values)
