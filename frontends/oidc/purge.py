"""Forgets, every few minutes, what nothing can be done with any more."""

from hub import Toolbox

from .grants import GrantBook
from .request_book import RequestBook
from .seen import Seen


def purge(toolbox: Toolbox) -> None:
    GrantBook(toolbox).purge()
    RequestBook(toolbox, most=0).purge()
    Seen(toolbox).purge()
