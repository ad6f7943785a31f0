"""What is kept of a share once it is over: for its sender a while, then nothing."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from hub import Account, Json, Standing, Toolbox

from .settings import EmageSettings
from .shares import Share, Shares
from .tables import CODES, OPENINGS, SHARES

_SHARES = SHARES.c
MOST_TAKEN: Final = 5000
"""Of one person's: more than anybody sends while they are kept, as far as one knows."""


class HeldShares:
    """A `Holding`. Forms nobody sent and codes of ended shares go sooner."""

    kind = "emage.shares"
    most_told = MOST_TAKEN

    def __init__(self, settings: EmageSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._unit_of_work = toolbox.unit_of_work
        self._shares = Shares(settings, toolbox)
        self.kept_for: timedelta | None = settings.lasts + settings.kept

    def standing(self) -> Standing:
        asked = select(func.count(), func.min(_SHARES.created_at))
        with self._unit_of_work() as work:
            rows, oldest = work.execute(asked).one()
        return Standing(rows=rows, oldest=datetime.fromtimestamp(oldest, UTC) if rows else None)

    def kept_of(self, account: Account) -> Json:
        """Those that were sent; neither the link nor the study, which is a patient's."""
        return [_told(each) for each in self._shares.sent_by(account.id, self.most_told)] or None

    def forget(self, account: Account) -> int:
        return self._erase(_SHARES.sender == account.id)

    def purge(self, now: datetime) -> int:
        past = select(_SHARES.id).where(_SHARES.ends_at <= _seconds(now))
        with self._unit_of_work() as work:
            work.execute(delete(CODES).where(CODES.c.share.in_(past)))
        ended = _SHARES.ends_at <= _seconds(now - self._settings.kept)
        late = _SHARES.created_at <= _seconds(now - self._settings.draft)
        return self._erase(or_(ended, and_(_SHARES.sent_at.is_(None), late)))

    def _erase(self, which: ColumnElement[bool]) -> int:
        over = select(_SHARES.id).where(which)
        with self._unit_of_work() as work:
            for table in (CODES, OPENINGS):
                work.execute(delete(table).where(table.c.share.in_(over)))
            gone = delete(SHARES).where(which).returning(_SHARES.id)
            return len(work.execute(gone).all())


def _told(share: Share) -> Json:
    return {
        "service": share.draft.service,
        "recipient": share.recipient,
        "comment": share.comment,
        "sent_at": share.sent_at.isoformat() if share.sent_at else None,
        "ends_at": share.ends_at.isoformat(),
        "revoked_at": share.revoked_at.isoformat() if share.revoked_at else None,
        "opened_at": [each.isoformat() for each in share.openings],
    }


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
