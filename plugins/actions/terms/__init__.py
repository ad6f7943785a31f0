"""Terms of use: read, accepted, proved, and accepted again when they change."""

from collections.abc import Iterable
from datetime import datetime

from hub import (
    Access,
    AccountId,
    Holding,
    Pages,
    RequiredAction,
    Settings,
    Tables,
    Toolbox,
    hookimpl,
    kept_rows,
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


@hookimpl
def holdings(settings: Settings, toolbox: Toolbox) -> Iterable[Holding]:
    kept = terms_tables.ACCEPTANCES
    dated = kept_rows.Dated(column=kept.c.accepted_at, read=datetime.fromisoformat)
    rows = ("terms.acceptances", kept, kept.c.account, toolbox.unit_of_work, dated)
    return [kept_rows.ToldRows(kept_rows.KeptRows(*rows), terms_tables.told)]
