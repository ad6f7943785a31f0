"""« Importer un fichier » : a référent brings a file, reads what it would do, and has it done."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.identifiers import MethodName
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.broker.throttle import Try
from hub.people.delegation import Console, structures_of
from hub.people.import_reading import MOST_LINES, Heading, Line, Unread, heading, lines
from hub.people.import_work import Importing
from hub.people.importing import PER_PAGE, Fate, ImportLine, ImportRun, RunState
from hub.web.console import Agent, enter, enter_fresh
from hub.web.desk import desk
from hub.web.drawing import page, words
from hub.web.import_files import MODEL, download, refused_lines
from hub.web.parts import browser, hub, language
from hub.web.words import HUB

HERE: Final = "/console/people/import"
SHOWN: Final = frozenset({RunState.SHOWN, RunState.APPLYING, RunState.DONE})
"""Only then its lines may be read: half a judgement is none."""
LONGEST_NAME: Final = 120
LONGEST_NUMBER: Final = 9
UNREAD: Final = {
    "empty": Refusal(code="import.empty", counts=False),
    "heading": Refusal(code="import.heading", counts=False),
    "no_file": Refusal(code="import.no_file", counts=False),
    "slower": Refusal(code="import.slower", counts=False),
    "waiting": Refusal(code="import.waiting", counts=False),
    "utf16": Refusal(code="import.utf16", counts=False),
}
blueprint = flask.Blueprint("hub_console_import", __name__)


@value
class LineRow:
    number: int
    name: str
    """What the line itself says, when nobody can be made out in it."""
    place: str
    fate: Fate
    words: str
    """Why it is refused, or what changes."""
    settled: bool


class TooMany(Exception):
    """The file has more lines than one may bring."""


@blueprint.get(HERE)
def form() -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    return _form(agent) if isinstance(agent, Agent) else agent


@blueprint.get(f"{HERE}/model.csv")
def model() -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    return download([MODEL], "modele.csv") if isinstance(agent, Agent) else agent


@blueprint.post(HERE)
def upload() -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    sent = flask.request.files.get("file")
    if sent is None or not sent.filename:
        return _form(agent, Unread(why="no_file"))
    # Each file tells which of its numbers are somebody's here: not one after the other.
    if desk().throttle.spend(_tried(agent)):
        return _form(agent, Unread(why="slower"))
    how = heading(sent.stream)
    if isinstance(how, Unread):
        return _form(agent, how)
    if not _importing().room(agent.visited.account.id):
        return _form(agent, Unread(why="waiting"))
    run = _run(agent, sent.filename, how)
    try:
        _importing().take_up(run, _capped(lines(sent.stream, how)))
    except TooMany:
        _importing().stop(run, "many")
    _go_on(agent, run.id)
    return flask.redirect(f"{HERE}/{run.id}", 303)


@blueprint.get(f"{HERE}/<run>")
def show(run: str) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    found, asked = _theirs(agent, run), flask.request.args
    fate = Fate(asked["fate"]) if asked.get("fate") in set(Fate) else None
    # Python reads no number of thousands of figures, and no line has one.
    after = int(asked["after"]) if _is_number(asked.get("after", "")) else 0
    shown = found.state in SHOWN
    # One more than a page: whether there is another one.
    book, after = _importing().book, min(after, MOST_LINES * 2)
    read = book.page(found.id, fate, after, PER_PAGE + 1) if shown else ()
    return page(
        "console/import_run.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        run=found,
        shown=shown,
        counts=book.counts(found.id),
        rows=[_row(each) for each in read[:PER_PAGE]],
        fates=list(Fate),
        fate=fate,
        first=not after,
        next=read[PER_PAGE - 1].number if len(read) > PER_PAGE else 0,
    )


@blueprint.post(f"{HERE}/<run>/apply")
def apply(run: str) -> ResponseReturnValue:
    # A session left open an hour ago opens no accounts by the thousand.
    agent = enter_fresh(Console.REFERENT, target=f"{HERE}/{run}")
    if not isinstance(agent, Agent):
        return agent
    found = _theirs(agent, run)
    # Pressed twice, or in two tabs: the second press finds it begun, and changes nothing.
    if _importing().book.move(found.id, RunState.SHOWN, RunState.APPLYING):
        _go_on(agent, found.id)
    return flask.redirect(f"{HERE}/{found.id}", 303)


@blueprint.get(f"{HERE}/<run>/refused.csv")
def refused(run: str) -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    found = _theirs(agent, run)
    if found.state not in SHOWN:
        flask.abort(404)
    return download(refused_lines(_importing().book, found.id, _why), "lignes-refusees.csv")


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER


def _importing() -> Importing:
    found = desk().importing
    if found is None:
        flask.abort(404)
    return found


def _theirs(agent: Agent, run: str) -> ImportRun:
    """One's own; the same 404 for a colleague's and for none."""
    found = _importing().book.find(run, agent.visited.account.id, hub().clock())
    if found is None:
        flask.abort(404)
    return found


def _go_on(agent: Agent, run: str) -> None:
    """A small file is done with at once; the worker goes on with a large one."""
    _importing().go_on(_theirs(agent, run), hub().rules.methods.values())


def _tried(agent: Agent) -> Try:
    return Try(
        method=MethodName("console-import"),
        step="answer",
        who=agent.visited.account.id,
        source=browser().source,
    )


def _run(agent: Agent, name: str, how: Heading) -> ImportRun:
    return ImportRun(
        id=secrets.token_urlsafe(12),
        account=agent.visited.account.id,
        made_at=hub().clock(),
        state=RunState.READING,
        name="".join(sign for sign in name if sign.isprintable())[-LONGEST_NAME:],
        language=language(),
        ignored=how.ignored,
    )


def _capped(read: Iterable[Line]) -> Iterator[Line]:
    for number, line in enumerate(read):
        if number == MOST_LINES:
            raise TooMany
        yield line


def _row(line: ImportLine) -> LineRow:
    typed, fate = line.typed, line.fate or Fate.REFUSED
    said = _why(line) if fate is Fate.REFUSED else ""
    if fate is Fate.UPDATED:
        key = "console.import.changes" if line.before else "console.import.joins"
        said = words(key, before=line.before, after=typed.role)
    return LineRow(
        number=line.number,
        name=typed.display_name.strip() or line.raw[:LONGEST_NAME],
        place=", ".join(filter(None, (typed.role, typed.structure))),
        fate=fate,
        words=said,
        settled=line.settled,
    )


def _why(line: ImportLine) -> str:
    return words(f"console.import.why.{line.why}")


def _form(agent: Agent, unread: Unread | None = None) -> flask.Response:
    refused = UNREAD[unread.why] if unread else None
    book, mine = _importing().book, agent.visited.account.id
    runs: Sequence[ImportRun] = book.of(mine, hub().clock())
    return page(
        "console/import.html",
        status=422 if refused else 200,
        person=agent.visited.account,
        consoles=agent.consoles,
        structures=structures_of(agent.grants),
        runs=runs,
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )
