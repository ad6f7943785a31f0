"""Writes the messages people get, from the templates of the plugin that posted them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from jinja2 import StrictUndefined, TemplateNotFound
from jinja2.loaders import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

from hub.contract.messages import Letter, Message
from hub.web.parts import Help, Look
from hub.web.words import HUB

Write = Callable[[str, Message], Letter]
_MAIL: Final = "mail"
_FIRST: Final = "fr"


def make_writer(folders: Mapping[str, Path], look: Look, support: Help) -> Write:
    """The writer of the messages of the hub and of each plugin in *folders*.

    A template reads the message's values, `hub_name`, `support_telephone` and `support_hours`.
    One that does not exist in a language is written in French.
    """
    known = {"hub_name": look.name, "support_telephone": support.telephone}
    every = {HUB: Path(__file__).parent, **folders}
    rooms = {owner: _room(folder) for owner, folder in every.items()}

    def write(owner: str, message: Message) -> Letter:
        hours = support.spoken(message.language).hours
        text = _text(rooms[owner], message, {**known, "support_hours": hours})
        if message.kind != _MAIL:
            return Letter(kind=message.kind, to=message.to, text=text.strip())
        subject, _, body = text.partition("\n")
        words = {"subject": subject.strip(), "text": body.strip()}
        return Letter(kind=message.kind, to=message.to, qr=message.qr, **words)

    return write


def _room(folder: Path) -> SandboxedEnvironment:
    # Sandboxed: an operator may replace these texts, and they hold what people typed.
    return SandboxedEnvironment(
        loader=FileSystemLoader(folder / "templates" / "messages"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(room: SandboxedEnvironment, message: Message, known: Mapping[str, str]) -> str:
    names = [f"{message.template}.{message.kind}.{each}.txt" for each in (message.language, _FIRST)]
    try:
        template = room.select_template(names)
    except TemplateNotFound:
        raise LookupError(f"no text {names[-1]}") from None
    return template.render(**known, **_harmless(message))


def _harmless(message: Message) -> Mapping[str, object]:
    """A value on several lines could end the subject line and add to what is read above it."""
    return {
        name: " ".join(text.split()) if isinstance(text, str) else text
        for name, text in message.values.items()
    }
