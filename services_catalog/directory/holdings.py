"""What the directory keeps of the region's people, erased with their account."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import delete, func, select

from hub import Account, Holding, Standing, Toolbox, kept_rows

from .index import REGION, Index
from .people import People
from .tables import entries, favourites, hidden, places


def kept_of_people(toolbox: Toolbox) -> Iterable[Holding]:
    work = toolbox.unit_of_work
    yield RegionalEntries(toolbox)
    liked = kept_rows.KeptRows("directory.favourites", favourites, favourites.c.account, work)
    # Their numbers are public: the key is the professional's, `rpps:…`.
    yield kept_rows.ToldRows(liked, lambda row: {"entry": row.key})
    yield kept_rows.KeptRows("directory.hidden", hidden, hidden.c.account, work)


class RegionalEntries:
    """Entries that stand there because somebody has an account; the national ones are public."""

    kind = "directory.entries"
    kept_for = None

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._people = People(toolbox)

    def standing(self) -> Standing:
        asked = select(func.count(), func.min(places.c.seen)).where(places.c.source == REGION)
        with self._toolbox.unit_of_work() as connection:
            rows, oldest = connection.execute(asked).one()
        return Standing(rows=rows, oldest=datetime.fromtimestamp(oldest, UTC) if rows else None)

    def forget(self, account: Account) -> int:
        keys = self._people.keys(account)
        with self._toolbox.unit_of_work() as connection:
            index = Index(connection)
            gone = index.leave_region(keys)
            # Others' favourites name them by their number: they would lead to nothing.
            public = select(entries.c.key)
            named = favourites.c.key.in_(keys), favourites.c.key.not_in(public)
            connection.execute(delete(favourites).where(*named))
            index.compact()
        return gone

    def purge(self, now: datetime) -> int:
        """They go with the next look at the accounts: see `People.turn`."""
        return 0
