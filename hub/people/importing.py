"""What becomes of each person in a file that a référent brings: shown first, then done. Pure."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from unicodedata import combining, normalize

from hub.contract.accounts import Account, Situation
from hub.contract.identifiers import AccountId
from hub.contract.values import value
from hub.people.creating import Described, Elsewhere, met, wrong_in
from hub.people.delegation import structures_of
from hub.people.import_reading import Line
from hub.people.rights import Grant

KEPT: Final = timedelta(days=7)
"""How long a file and what became of it may be read."""
MOST_ELSEWHERE: Final = 20
"""Lines about people known elsewhere after which nothing of the file is shown: it would tell who
is registered."""
MOST_LIVE: Final = 5
"""Files of one référent that wait or are gone on with: each may hold a hundred thousand lines."""
BROKEN_OFF: Final = timedelta(hours=1)
"""A file still read after that long is read no more."""
PER_PAGE: Final = 50


class Fate(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class RunState(StrEnum):
    READING = "reading"
    """Lines still arrive. One that stays so was broken off: it is begun again with the file."""
    JUDGING = "judging"
    SHOWN = "shown"
    """Every line has its fate, and nothing was done yet."""
    APPLYING = "applying"
    DONE = "done"
    STOPPED = "stopped"
    """Nothing more happens to it, and its lines are not shown."""


@value
class ImportRun:
    """One file."""

    id: str
    account: AccountId
    """The référent whose it is; nobody else finds it."""
    made_at: datetime
    state: RunState
    name: str = field(default="", repr=False)
    """Of the file."""
    language: str = "fr"
    ignored: tuple[str, ...] = ()
    """Names of the columns that were left out."""
    why: str = ""
    """For what reason it was stopped."""


@value
class ImportLine:
    number: int
    typed: Described = field(repr=False)
    raw: str = field(default="", repr=False)
    fate: Fate | None = None
    """`None`: not judged yet."""
    why: str = ""
    """Why it is refused."""
    account: AccountId | None = None
    """Whom it changes, or the id that whoever it creates gets."""
    before: str = field(default="", repr=False)
    """For one that changes: what stands there now."""
    settled: bool = False
    """Done, as the fate says."""


@value
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    unjudged: int = 0
    due: int = 0
    """Shown as created or updated, and not done yet."""
    elsewhere: int = 0

    @property
    def total(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused + self.unjudged


class ImportsBook(Protocol):
    """Where files wait. Each call is one short transaction."""

    def begin(self, run: ImportRun) -> None: ...

    def add(self, run: str, lines: Sequence[ImportLine]) -> None: ...

    def move(self, run: str, before: RunState, after: RunState, why: str = "") -> bool:
        """Whether it was in that state: of two who press at once, one is told so.

        The lines of one that is stopped are gone.
        """

    def find(self, run: str, account: AccountId, now: datetime) -> ImportRun | None: ...

    def of(self, account: AccountId, now: datetime) -> Sequence[ImportRun]:
        """The newest first."""

    def under_way(self, now: datetime) -> Sequence[ImportRun]:
        """Those the worker has something to do for."""

    def unjudged(self, run: str, most: int) -> Sequence[ImportLine]: ...

    def repeated(self, run: str, lines: Sequence[ImportLine]) -> Collection[int]:
        """The numbers of those about whose number or mail a line before them is already."""

    def judged(self, run: str, lines: Sequence[ImportLine]) -> None: ...

    def claim(self, run: str, most: int, now: datetime) -> Sequence[ImportLine]:
        """The next ones to be done, for whoever asks alone; for some minutes, then for another."""

    def settle(self, run: str, line: ImportLine) -> None: ...

    def counts(self, run: str) -> Counts: ...

    def page(self, run: str, fate: Fate | None, after: int, most: int) -> Sequence[ImportLine]:
        """Those whose number is greater than *after*, in the order of the file."""


def taken_up(line: Line) -> ImportLine:
    """As it is kept: one that cannot be read has its fate already."""
    fate = Fate.REFUSED if line.why else None
    return ImportLine(number=line.number, typed=line.typed, raw=line.raw, fate=fate, why=line.why)


def refused(line: ImportLine, why: str) -> ImportLine:
    return replace(line, fate=Fate.REFUSED, why=why, account=None, before="")


def judged(
    line: ImportLine,
    actor: Account,
    grants: Sequence[Grant],
    known: Sequence[Account],
    *,
    beyond: Collection[AccountId],
    twice: bool,
) -> ImportLine:
    """*known*: whoever carries its number or reads its mail, anywhere.

    *beyond*: see `may_administer`.
    """
    typed = line.typed
    # Before all else, so that a line for elsewhere is refused alike whoever it is about.
    if typed.structure not in structures_of(grants):
        return refused(line, "structure")
    if wrong := next(iter(wrong_in(typed)), ""):
        return refused(line, wrong)
    if twice:
        return refused(line, "twice")
    match met(actor, known, grants, beyond):
        case Elsewhere():
            return refused(line, "elsewhere")
        case None if not typed.mail:
            # Nobody is in front of the référent to be handed a password.
            return refused(line, "no_mail")
        case None:
            return _with(line, Fate.CREATED, line.account or AccountId(secrets.token_hex(12)))
        case Account() as found:
            return _changing(line, found)


def changed(account: Account, typed: Described, place: Situation) -> Account:
    """The one situation it has in that structure with what the line says; or one more."""
    here = [each for each in account.situations if each.structure == typed.structure]
    others = [each for each in account.situations if each.structure != typed.structure]
    # The id stays: rights are given for it.
    kept = [
        replace(each, role=typed.role, profession=typed.profession or each.profession)
        for each in here
    ]
    return replace(account, situations=(*others, *(kept or [place])))


def same(shown: ImportLine, now: ImportLine) -> bool:
    """Whether what would be done now is what was shown."""
    return (shown.fate, shown.account, shown.before) == (now.fate, now.account, now.before)


def _changing(line: ImportLine, found: Account) -> ImportLine:
    typed = line.typed
    here = [each for each in found.situations if each.structure == typed.structure]
    # A number with one wrong figure is somebody else's.
    if _bare(typed.family_name) not in _bare(found.display_name):
        return refused(line, "other_name")
    if len(here) > 1:
        return refused(line, "several")
    if not here:
        return _with(line, Fate.UPDATED, found.id)
    # A profession that the file does not name stays as it is.
    same_profession = typed.profession in ("", here[0].profession)
    if here[0].role == typed.role and same_profession:
        return _with(line, Fate.UNCHANGED, found.id)
    before = ", ".join(filter(None, (here[0].role, here[0].profession)))
    return _with(line, Fate.UPDATED, found.id, before)


def _with(line: ImportLine, fate: Fate, account: AccountId, before: str = "") -> ImportLine:
    return replace(line, fate=fate, why="", account=account, before=before)


def _bare(name: str) -> str:
    plain = "".join(s for s in normalize("NFKD", name.casefold()) if not combining(s))
    return "".join(sign for sign in plain if sign.isalnum())
