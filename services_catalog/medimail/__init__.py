"""« Medimail »: which mailboxes of the secure health mail a person may open."""

from collections.abc import Iterable
from functools import partial

from hub import AccountFacts, Command, Holding, Pages, Settings, Tables, Toolbox, hookimpl

from .commands import run
from .mailboxes import Mailboxes, OpeningsHolding
from .pages import mailbox_pages
from .tables import TABLES


@hookimpl
def account_facts(settings: Settings, toolbox: Toolbox) -> Iterable[AccountFacts]:
    return [Mailboxes(toolbox)]


@hookimpl
def pages(settings: Settings, toolbox: Toolbox) -> Iterable[Pages]:
    return [mailbox_pages(toolbox)]


@hookimpl
def tables(settings: Settings) -> Iterable[Tables]:
    return [TABLES]


@hookimpl
def holdings(settings: Settings, toolbox: Toolbox) -> Iterable[Holding]:
    return [OpeningsHolding(toolbox)]


@hookimpl
def commands(settings: Settings, toolbox: Toolbox) -> Iterable[Command]:
    summary = "import FILE: bring in the mailboxes and who may open them"
    return [Command(name="medimail", summary=summary, run=partial(run, toolbox))]
