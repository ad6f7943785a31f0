"""Terms of use: read, accepted, proved, and accepted again when they change."""

from collections.abc import Iterable

from hub import (
    Access,
    AccountId,
    Pages,
    RequiredAction,
    Settings,
    Tables,
    Toolbox,
    hookimpl,
)

from . import tables as terms_tables
from .action import AcceptTerms
from .pages import TermsPages, blueprint
from .texts import Text, read_texts


@hookimpl
def required_actions(settings: Settings, toolbox: Toolbox) -> Iterable[RequiredAction]:
    def note(account: AccountId, text: Text) -> None:
        named = {"text": text.title, "key": text.key, "version": text.version}
        toolbox.note("terms.accepted", account, **named)

    book = terms_tables.Book(toolbox.unit_of_work)
    return [AcceptTerms(text, book, note) for text in read_texts(settings)]


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    drawn = TermsPages(toolbox, terms_tables.Book(toolbox.unit_of_work))
    return [Pages(blueprint=blueprint(drawn), access=Access(minimum="simple"))]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [terms_tables.tables()]
