"""Files of people that référents bring, in the database, one row for each line."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, or_, select, update

from hub.contract.identifiers import AccountId
from hub.contract.toolbox import Seal
from hub.contract.values import value
from hub.people.creating import Described
from hub.people.importing import KEPT, Counts, Fate, ImportLine, ImportRun, RunState
from hub.store.codec import decode, encode
from hub.store.database import Database
from hub.store.import_tables import import_line, import_run

CLAIMED_FOR: Final = timedelta(minutes=5)
"""Whoever took lines and did not come back by then has died."""
_DOING: Final = (Fate.CREATED.value, Fate.UPDATED.value)
_LINE: Final = import_line.c
_RUN: Final = import_run.c
_THIS: Final = (_LINE.run == bindparam("of_run"), _LINE.number == bindparam("of_number"))


@value
class _Said:
    typed: Described = field(repr=False)
    raw: str = field(repr=False)
    account: AccountId | None
    before: str = field(repr=False)


class SqlImports:
    """An `ImportsBook`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._reached: dict[str, int] = {}
        """By file: lines up to here were claimed; forgetting it costs time and nothing else."""

    def begin(self, run: ImportRun) -> None:
        row = {
            "id": run.id,
            "account": run.account,
            "state": run.state.value,
            "why": run.why,
            "made_at": run.made_at,
            "expires_at": run.made_at + KEPT,
            "body": self._seal.close(encode(run, ImportRun), f"import:{run.id}"),
        }
        with self._database.transaction() as transaction:
            transaction.execute(insert(import_run).values(row))

    def add(self, run: str, lines: Sequence[ImportLine]) -> None:
        rows = [{"run": run, "number": each.number, **self._row(run, each)} for each in lines]
        if rows:
            with self._database.transaction() as transaction:
                transaction.execute(insert(import_line), rows)

    def move(self, run: str, before: RunState, after: RunState, why: str = "") -> bool:
        # One statement: of two clicks at the same time, one moves it.
        moved = (
            update(import_run)
            .where(_RUN.id == run, _RUN.state == before.value)
            .values(state=after.value, why=why)
            .returning(_RUN.id)
        )
        with self._database.transaction() as transaction:
            found = transaction.execute(moved).first() is not None
            # What is shown to nobody any more is kept for nobody.
            if found and after is RunState.STOPPED:
                transaction.execute(delete(import_line).where(_LINE.run == run))
        return found

    def find(self, run: str, account: AccountId, now: datetime) -> ImportRun | None:
        found = self._runs(_RUN.id == run, _RUN.account == account, _RUN.expires_at > now)
        return found[0] if found else None

    def of(self, account: AccountId, now: datetime) -> Sequence[ImportRun]:
        return self._runs(_RUN.account == account, _RUN.expires_at > now)

    def under_way(self, now: datetime) -> Sequence[ImportRun]:
        going = (RunState.JUDGING.value, RunState.APPLYING.value)
        return self._runs(_RUN.state.in_(going), _RUN.expires_at > now)

    def unjudged(self, run: str, most: int) -> Sequence[ImportLine]:
        return self._lines(run, most, _LINE.fate.is_(None))

    def repeated(self, run: str, lines: Sequence[ImportLine]) -> Collection[int]:
        keys = {each.number: self._keys(run, each.typed) for each in lines}
        # Asked apart: with `OR` the whole file above the lines would be read, line after line.
        by_number = self._first(run, _LINE.number_key, [number for number, _ in keys.values()])
        by_mail = self._first(run, _LINE.mail_key, [mail for _, mail in keys.values()])
        return {
            line
            for line, (number, mail) in keys.items()
            if by_number.get(number, line) < line or by_mail.get(mail, line) < line
        }

    def judged(self, run: str, lines: Sequence[ImportLine]) -> None:
        # Whoever judges late must not undo what was shown, or even done, meanwhile.
        self._write(run, lines, _LINE.fate.is_(None))

    def claim(self, run: str, most: int, now: datetime) -> Sequence[ImportLine]:
        # What is done stands before what is not: read again each time, it would cost more and more.
        lines = self._claim(run, most, now, self._reached.get(run, 0))
        if not lines and self._reached.pop(run, 0):
            # Whoever had some of these in hand may have died.
            lines = self._claim(run, most, now, 0)
        if lines:
            self._reached[run] = lines[-1].number
        return lines

    def settle(self, run: str, line: ImportLine) -> None:
        self._write(run, [line])

    def counts(self, run: str) -> Counts:
        asked = (
            select(_LINE.fate, _LINE.why, _LINE.settled, func.count())
            .where(_LINE.run == run)
            .group_by(_LINE.fate, _LINE.why, _LINE.settled)
        )
        found: dict[str, int] = {}
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked).all()
        for fate, why, settled, number in rows:
            found[fate or "unjudged"] = found.get(fate or "unjudged", 0) + number
            if fate in _DOING and not settled:
                found["due"] = found.get("due", 0) + number
            if why == "elsewhere":
                found["elsewhere"] = found.get("elsewhere", 0) + number
        return Counts(**found)

    def page(self, run: str, fate: Fate | None, after: int, most: int) -> Sequence[ImportLine]:
        such = [_LINE.fate == fate.value] if fate else []
        return self._lines(run, most, _LINE.number > after, *such)

    def _claim(self, run: str, most: int, now: datetime, after: int) -> Sequence[ImportLine]:
        free = (
            _LINE.run == run,
            _LINE.number > after,
            _LINE.settled == 0,
            _LINE.fate.in_(_DOING),
            or_(_LINE.claimed_until.is_(None), _LINE.claimed_until <= now),
        )
        first = select(_LINE.number).where(*free).order_by(_LINE.number).limit(most)
        # The conditions stand again outside: of two workers, the second finds them untrue.
        taken = (
            update(import_line)
            .where(*free, _LINE.number.in_(first.scalar_subquery()))
            .values(claimed_until=now + CLAIMED_FOR)
            .returning(import_line)
        )
        with self._database.transaction() as transaction:
            rows = transaction.execute(taken).all()
        return sorted((self._line(row) for row in rows), key=lambda each: each.number)

    def _write(self, run: str, lines: Sequence[ImportLine], *only: ColumnElement[bool]) -> None:
        rows = [{"of_run": run, "of_number": each.number, **self._row(run, each)} for each in lines]
        if rows:
            columns: dict[str, Any] = {
                name: bindparam(name) for name in rows[0] if not name.startswith("of_")
            }
            changed = update(import_line).where(*_THIS, *only).values(**columns)
            with self._database.transaction() as transaction:
                transaction.execute(changed, rows)

    def _first(
        self, run: str, column: ColumnElement[Any], keys: Sequence[str | None]
    ) -> Mapping[str | None, int]:
        """The first line of each key."""
        wanted = {each for each in keys if each}
        if not wanted:
            return {}
        asked = (
            select(column, func.min(_LINE.number))
            .where(_LINE.run == run, column.in_(wanted))
            .group_by(column)
        )
        with self._database.transaction() as transaction:
            return {row[0]: row[1] for row in transaction.execute(asked)}

    def _lines(self, run: str, most: int, *where: ColumnElement[bool]) -> Sequence[ImportLine]:
        asked = select(import_line).where(_LINE.run == run, *where)
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked.order_by(_LINE.number).limit(most)).all()
        return [self._line(row) for row in rows]

    def _runs(self, *where: ColumnElement[bool]) -> Sequence[ImportRun]:
        asked = select(import_run).where(*where).order_by(_RUN.made_at.desc(), _RUN.id)
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked).all()
        return list(self._read(rows))

    def _read(self, rows: Sequence[Row[Any]]) -> Iterator[ImportRun]:
        for row in rows:
            kept = decode(self._seal.open(row.body, f"import:{row.id}"), ImportRun)
            yield replace(kept, state=RunState(row.state), why=row.why)

    def _row(self, run: str, line: ImportLine) -> Mapping[str, object]:
        said = _Said(typed=line.typed, raw=line.raw, account=line.account, before=line.before)
        number, mail = self._keys(run, line.typed)
        return {
            "fate": line.fate.value if line.fate else None,
            "why": line.why,
            "settled": int(line.settled),
            "number_key": number,
            "mail_key": mail,
            "body": self._seal.close(encode(said, _Said), _place(run, line.number)),
        }

    def _keys(self, run: str, typed: Described) -> tuple[str | None, str | None]:
        carried, mail = typed.identifier, typed.mail.casefold()
        number = f"{carried.system} {carried.number}" if carried else ""
        return (
            self._seal.digest(number, f"import:{run}") if number else None,
            self._seal.digest(mail, f"import:{run}") if mail else None,
        )

    def _line(self, row: Row[Any]) -> ImportLine:
        said = decode(self._seal.open(row.body, _place(row.run, row.number)), _Said)
        return ImportLine(
            number=row.number,
            typed=said.typed,
            raw=said.raw,
            fate=Fate(row.fate) if row.fate else None,
            why=row.why,
            account=said.account,
            before=said.before,
            settled=bool(row.settled),
        )


def _place(run: str, number: int) -> str:
    return f"import:{run}:{number}"
