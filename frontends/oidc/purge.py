"""Forgets, every few minutes, what nothing can be done with any more."""

from hub import Toolbox

from .associations import AssociationBook
from .grants import GrantBook
from .guesses import Guesses
from .journal import Journal
from .request_book import RequestBook
from .seen import Seen


def purge(toolbox: Toolbox) -> None:
    GrantBook(toolbox).purge()
    RequestBook(toolbox, most=0).purge()
    Seen(toolbox).purge()
    AssociationBook(toolbox).purge()
    Guesses(toolbox).purge()
    Journal(toolbox, {}).purge()
