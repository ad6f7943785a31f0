"""Many people in one question, for the pages and imports that show or compare them."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from hub import Account, AccountId

from .tables import ACCOUNTS, NAMES, NUMBERS, SITUATIONS, Rows, account_of_row


class ManyRows:
    """Statements within one unit of work, each for at most some thousands of values."""

    def __init__(self, kept: Rows) -> None:
        self._kept = kept
        self._connection = kept.connection

    def of(self, accounts: Sequence[AccountId]) -> Sequence[Account]:
        return self._kept.all(select(ACCOUNTS).where(ACCOUNTS.c.id.in_(accounts)))

    def called(self, words: Sequence[str]) -> Mapping[str, Account]:
        """By canonical word: an identifier comes before a mail; a mail two share is nobody's."""
        asked = (
            select(ACCOUNTS, NAMES.c.kind, NAMES.c.word)
            .join(NAMES, NAMES.c.account == ACCOUNTS.c.id)
            .where(NAMES.c.word.in_(words))
            .order_by(NAMES.c.word, NAMES.c.kind)
        )
        found: dict[str, list[tuple[str, Account]]] = {}
        for row in self._connection.execute(asked):
            found.setdefault(row.word, []).append((row.kind, account_of_row(row)))
        return {
            word: every[0][1]
            for word, every in found.items()
            if len(every) == 1 or every[0][0] == "identifier"
        }

    def carrying(
        self, places: Sequence[tuple[str, str]]
    ) -> Iterator[tuple[tuple[str, str], Account]]:
        """Those of *places*, by system and number, and perhaps of others: the pairs are mixed."""
        systems = {system for system, _ in places}
        asked = (
            select(ACCOUNTS, NUMBERS.c.system, NUMBERS.c.number)
            .join(NUMBERS, NUMBERS.c.account == ACCOUNTS.c.id)
            .where(NUMBERS.c.system.in_(systems))
            .where(NUMBERS.c.number.in_([number for _, number in places]))
            .order_by(ACCOUNTS.c.id)
        )
        for row in self._connection.execute(asked):
            yield (row.system, row.number), account_of_row(row)

    def working_in(self, structures: Sequence[str]) -> Iterator[tuple[str, Account]]:
        asked = (
            select(ACCOUNTS, SITUATIONS.c.structure)
            .join(SITUATIONS, SITUATIONS.c.account == ACCOUNTS.c.id)
            .where(SITUATIONS.c.structure.in_(structures))
            .order_by(ACCOUNTS.c.id)
        )
        for row in self._connection.execute(asked):
            yield row.structure, account_of_row(row)
