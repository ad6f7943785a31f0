"""Reads the whole audit trail again and says whether it is as it was linked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select

from hub.contract.values import Clock, value
from hub.retention_settings import LEAST_TRAIL
from hub.store.anchor import NO_ANCHOR, Anchor, Mark, lacking
from hub.store.chain import BEGINNING, Verdict, commitment, following, statement
from hub.store.database import Database
from hub.store.linking import known_keys, link_of
from hub.store.sealing import KeyRing
from hub.store.tables import checkpoint, micros, trail, trail_head
from hub.store.trail_purge import begins_after, told_of

AT_ONCE = 1000


@value
class Walked:
    """How far the chain was read, and what stopped the reader, if anything did."""

    size: int
    head: str
    problem: str = ""


@value
class Signed:
    """What the checkpoints vouch for, by how many entries stand before each."""

    hashes: Mapping[int, str]
    at: Mapping[int, datetime]
    problem: str = ""


class Verifier:
    def __init__(
        self, database: Database, keys: KeyRing, clock: Clock, anchor: Anchor = NO_ANCHOR
    ) -> None:
        self._anchor = anchor
        self._database = database
        self._keys = keys
        self._clock = clock

    def verify(self, most: int | None = None) -> Verdict:
        """*most*: only so many entries, the newest, from a signed place on; `None`: all."""
        # First: what is signed and written down meanwhile would be missed in the trail.
        anchored = _anchored(self._anchor)
        with self._database.transaction() as transaction:
            # What is linked meanwhile is not looked at, and what retention takes is not missed.
            self._database.snapshot(transaction)
            end = transaction.execute(select(trail_head.c.size, trail_head.c.hash)).first()
            size, head = (end.size, end.hash) if end else (0, BEGINNING)
            # After the first look: whoever renews the key meanwhile signs nothing seen here.
            keys = self._keys.current()
            checkpoints = self._signed(transaction, keys)
            signed = checkpoints.hashes
            start = self._start(transaction, size, checkpoints, keys)
            first = _nearer(start, size, signed, most)
            last = size if most is None else min(size, first.size + most)
            walked = self._walk(transaction, first, last, signed)
            missing = _end_missing(walked, size, head, signed) if last == size else ""
            problem = walked.problem or checkpoints.problem or missing
            problem = problem or _unanchored(anchored, signed, start.size, keys)
            unlinked = transaction.execute(
                select(func.count()).select_from(trail).where(trail.c.sequence.is_(None))
            ).scalar_one()
        bad = walked.size + 1 if problem else None
        return Verdict(
            linked=walked.size - first.size,
            unlinked=unlinked,
            bad=bad,
            problem=problem,
            purged=start.size,
            since=first.size,
            unread=size - last,
        )

    def _signed(self, transaction: Connection, keys: KeyRing) -> Signed:
        rows = transaction.execute(select(checkpoint).order_by(checkpoint.c.size)).all()
        for row in rows:
            signed = statement(row.size, row.hash, micros(row.at))
            if not keys.signed(signed, row.signature, row.size):
                problem = f"the checkpoint at entry {row.size} was not signed with this hub's key"
                return Signed(hashes={}, at={}, problem=problem)
        return Signed(
            hashes={row.size: row.hash for row in rows}, at={row.size: row.at for row in rows}
        )

    def _start(self, transaction: Connection, size: int, signed: Signed, keys: KeyRing) -> Walked:
        """Where the chain begins: behind what retention took away, if it is signed and told of."""
        before = begins_after(transaction, size)
        # An attacker who deletes the first entries has no signature there, or no signed word of
        # retention. With the hub's key they still hide nothing recent.
        old = before in signed.at and signed.at[before] <= self._clock() - LEAST_TRAIL
        if old and told_of(transaction, before, signed.hashes[before], keys):
            return Walked(size=before, head=signed.hashes[before])
        return Walked(size=0, head=BEGINNING)

    def _walk(
        self, transaction: Connection, start: Walked, size: int, signed: Mapping[int, str]
    ) -> Walked:
        walked = start
        while walked.size < size and not walked.problem:
            rows = _next_rows(transaction, walked.size, size)
            if not rows:
                break
            accounts = {row["account"] for row in rows} - {None}
            keys = known_keys(transaction, self._keys, accounts)
            for row in rows:
                walked = _step(walked, row, keys, signed)
                if walked.problem:
                    break
        return walked


def _anchored(anchor: Anchor) -> Sequence[Mark] | str | None:
    """What its file holds, or why that is not known; `None`: nobody asked for one."""
    if anchor.path is None:
        return None
    try:
        return anchor.marks() or ()
    except OSError as error:
        return f"the anchor cannot be read: {error.strerror}"


def _unanchored(
    anchored: Sequence[Mark] | str | None,
    signed: Mapping[int, str],
    begins_after: int,
    keys: KeyRing,
) -> str:
    if anchored is None or isinstance(anchored, str):
        return anchored or ""
    if signed and not any(each.holds(keys) for each in anchored):
        # Whoever takes the file away takes the proof away.
        return "the anchor is empty or gone; this node writes it each minute"
    return lacking(anchored, signed, begins_after, keys)


def _nearer(start: Walked, size: int, signed: Mapping[int, str], most: int | None) -> Walked:
    """Where to begin to read *most*: at the first signed place from which the end is so near."""
    if most is None or size - start.size <= most:
        return start
    behind = [each for each in signed if start.size < each <= size]
    near = min((each for each in behind if each >= size - most), default=max(behind, default=0))
    return Walked(size=near, head=signed[near]) if near else start


def _next_rows(transaction: Connection, after: int, last: int) -> Sequence[RowMapping]:
    numbered = trail.c.sequence
    asked = select(trail).where(numbered > after, numbered <= last).order_by(numbered)
    return transaction.execute(asked.limit(AT_ONCE)).mappings().all()


def _step(
    walked: Walked, row: RowMapping, keys: Mapping[str, bytes], signed: Mapping[int, str]
) -> Walked:
    number = walked.size + 1
    if row["sequence"] != number:
        return Walked(size=walked.size, head=walked.head, problem=f"entry {number} is missing")
    head = following(walked.head, link_of(row, number, row["commitment"]))
    if head != row["hash"] or not _owned(row, keys):
        return Walked(size=walked.size, head=walked.head, problem=f"entry {number} was changed")
    if signed.get(number, head) != head:
        problem = f"entry {number} is not the one that was signed"
        return Walked(size=walked.size, head=walked.head, problem=problem)
    return Walked(size=number, head=head)


def _owned(row: RowMapping, keys: Mapping[str, bytes]) -> bool:
    """Whether the entry is this account's; true of nobody's, and once the key is destroyed."""
    account = row["account"]
    if account is None:
        return True
    key = keys.get(account)
    return key is not None and row["commitment"] == commitment(key, account, row["sequence"])


def _end_missing(walked: Walked, size: int, head: str, signed: Mapping[int, str]) -> str:
    there = max([size, *signed])
    if walked.size < there:
        return f"entries {walked.size + 1} to {there} are missing"
    return "" if walked.head == head else f"entry {size} is not the one that was linked last"
