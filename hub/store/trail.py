"""The audit trail: written with the facts, linked by the worker, verified by anybody.

An entry is written in the transaction that made it true, unlinked: no two requests wait for one
another. Each second the worker links the new ones: hash = SHA-256(previous hash, entry). The
account's id is not part of what is hashed; a commitment to it is, made with a key of this account
alone. Once that key is destroyed nobody can tell whose entries they were, and the chain is whole.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Select, delete, select, update

from hub.contract.audit import AuditEntry
from hub.contract.errors import ConfigError
from hub.contract.identifiers import AccountId
from hub.contract.values import Clock
from hub.store.anchor import NO_ANCHOR, Anchor
from hub.store.chain import Verdict
from hub.store.database import Database
from hub.store.linking import Linker, Told
from hub.store.sealing import KeyRing
from hub.store.tables import trail, trail_key
from hub.store.trail_purge import PURGED, begins_after, cut_trail
from hub.store.trail_rows import entry_of, write_entries
from hub.store.verifying import Verifier

RENEWED: Final = "audit.key_renewed"
_NEWEST = trail.c.at.desc(), trail.c.id.desc()


class SqlTrail:
    def __init__(
        self,
        database: Database,
        keys: KeyRing,
        clock: Clock,
        told: Told = lambda entries: None,
        anchor: Anchor = NO_ANCHOR,
    ) -> None:
        self._anchor = anchor
        self._database = database
        self._clock = clock
        self._keys = keys
        self._linker = Linker(database, keys, clock, told)
        self._verifier = Verifier(database, keys, clock, anchor)

    def note(self, entry: AuditEntry) -> None:
        with self._database.transaction() as transaction:
            write_entries(transaction, [entry])

    def of_account(self, account: AccountId, limit: int = 100) -> Sequence[AuditEntry]:
        """Newest first."""
        asked = select(trail).where(trail.c.account == account)
        return self._told(asked.order_by(*_NEWEST).limit(limit))

    def newest(self, account: AccountId, action: str) -> AuditEntry | None:
        """The last one of its kind, however many others follow."""
        asked = select(trail).where(trail.c.account == account, trail.c.action == action)
        return next(iter(self._told(asked.order_by(*_NEWEST).limit(1))), None)

    def by_support(self, code: str) -> Sequence[AuditEntry]:
        """One sign-in, oldest first; nothing when the code is unknown."""
        asked = select(trail).where(trail.c.support == code.strip().upper())
        return self._told(asked.order_by(trail.c.at, trail.c.id))

    def link(self) -> int:
        """Chain what is not chained yet; how many entries that were."""
        return self._linker.link()

    def checkpoint(self) -> bool:
        """Sign the end of the chain; false when nothing was linked since the last time."""
        signed = self._linker.checkpoint()
        # What could not be written the last time as well.
        self._anchor.follow(self._database, self._keys)
        return signed

    def purge(self, before: datetime, gone: Mapping[str, int]) -> Mapping[str, int]:
        """Forget what was signed before then; one entry says what went, *gone* elsewhere included.

        Nothing is written where nothing went.
        """
        linked: Sequence[AuditEntry] = ()
        with self._database.transaction() as transaction:
            self._linker.hold(transaction)
            keys = self._linker.signer(transaction)
            cut = cut_trail(transaction, before) if keys else None
            counted = {**gone, **({"trail": cut.entries} if cut else {})}
            details = {kind: str(number) for kind, number in counted.items() if number}
            if details:
                said = cut.told(keys) if keys and cut else {}
                entry = AuditEntry(at=self._clock(), action=PURGED, details={**details, **said})
                write_entries(transaction, [entry])
                # Linked at once: a trail that was cut is never without the entry that says so.
                linked = self._linker.link_within(transaction)
        self._database.afterwards(partial(self._linker.tell, linked))
        return counted

    def verify(self) -> Verdict:
        return self._verifier.verify()

    def renew_key(self) -> None:
        """Another key signs; what the one before signs from now on counts for nothing.

        Raise `ConfigError` where the keys stand in no folder, or are not the newest ones.
        """
        with self._database.transaction() as transaction:
            self._linker.hold(transaction)
            linked = list(self._linker.link_within(transaction))
            keys, size = self._linker.signer(transaction), self._linker.size(transaction)
            if keys is None or keys.folder is None:
                raise ConfigError("secrets", "this is not the key that signs the trail")
            KeyRing.renew_signing(keys.folder, size, begins_after(transaction, size))
            write_entries(transaction, [AuditEntry(at=self._clock(), action=RENEWED)])
            linked += self._linker.link_within(transaction)
            # At once: until the next hour nothing else would stand behind the former key's word.
            self._linker.sign_within(transaction)
        self._database.afterwards(partial(self._linker.tell, linked))

    def forget(self, account: AccountId) -> None:
        """Nobody can tell any more whose entries these were; the chain stays whole."""
        with self._database.transaction() as transaction:
            # First: an entry linked with a key that is destroyed meanwhile could never be verified.
            self._linker.hold(transaction)
            linked = self._linker.link_within(transaction)
            transaction.execute(
                update(trail)
                .where(trail.c.account == account, trail.c.sequence.is_not(None))
                .values(account=None)
            )
            transaction.execute(delete(trail_key).where(trail_key.c.account == account))
        self._database.afterwards(partial(self._linker.tell, linked))

    def _told(self, asked: Select[Any]) -> Sequence[AuditEntry]:
        with self._database.transaction() as transaction:
            rows = transaction.execute(asked).mappings().all()
        return [entry_of(row) for row in rows]
