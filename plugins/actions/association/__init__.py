"""Associations: before a service opens for the first time, the person confirms who they are."""

from collections.abc import Iterable

from hub import AccountId, RequiredAction, Settings, Toolbox, hookimpl

from .action import Associate
from .book import Book
from .forms import Form, read_forms


@hookimpl
def required_actions(settings: Settings, toolbox: Toolbox) -> Iterable[RequiredAction]:
    def note(account: AccountId, form: Form) -> None:
        named = {"key": form.key, "text": form.title, "version": form.version}
        toolbox.note("association.confirmed", account, **named)

    for form in read_forms(settings):
        yield Associate(form, Book(toolbox.drawer(form.key)), note)
