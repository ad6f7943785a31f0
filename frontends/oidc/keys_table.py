"""Signing keys in the database: sealed there, or only listed when a token holds them."""

import json
from collections.abc import Sequence
from dataclasses import field
from typing import Any, Final

from joserfc.jwk import KeySet
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub import Toolbox, value

from .keys import Kept
from .keys_hsm import Hsm, HsmPair
from .keys_material import Key, made, published, read, written
from .keys_schedule import Dated
from .tables import keys

_DATES: Final = select(keys.c.kid, keys.c.signs_from).order_by(keys.c.kid)
_READ: Final = select(keys).order_by(keys.c.kid)


@value
class _New:
    key: Key = field(repr=False)
    secret: bytes = field(repr=False)
    """A PEM, or the token's handle."""


class KeyTable:
    def __init__(self, toolbox: Toolbox, hsm: Hsm | None) -> None:
        """*hsm*: where new keys are made; `None`: in the database itself."""
        self._work = toolbox.unit_of_work
        self._seal = toolbox.seal
        self._hsm = hsm

    def version(self) -> object:
        with self._work() as work:
            return [tuple(row) for row in work.execute(_DATES)]

    def read(self) -> Sequence[Kept]:
        with self._work() as work:
            rows = work.execute(_READ).all()
        return [Kept(dated=_dated(row), key=self._key(row)) for row in rows]

    def make(self, alg: str, signs_from: int, now: int) -> None:
        new = self._in_token(alg) if self._hsm else _sealed_later(alg)
        kid = str(new.key.kid)
        row = {
            "kid": kid,
            "alg": alg,
            "made": now,
            "signs_from": signs_from,
            "in_token": self._hsm is not None,
            "public": json.dumps(new.key.as_dict(private=False)),
            "secret": self._seal.close(new.secret, f"key/{kid}"),
        }
        try:
            with self._work() as work:
                work.execute(insert(keys).values(row))
        except IntegrityError:
            # Another process made the key of this moment: one is enough.
            if self._hsm:
                self._hsm.destroy(new.secret)

    def move(self, name: str, signs_from: int) -> None:
        with self._work() as work:
            work.execute(update(keys).where(keys.c.kid == name).values(signs_from=signs_from))

    def forget(self, name: str) -> None:
        with self._work() as work:
            row = work.execute(select(keys).where(keys.c.kid == name)).one_or_none()
            work.execute(delete(keys).where(keys.c.kid == name))
        if row is not None and row.in_token and self._hsm:
            self._hsm.destroy(self._seal.open(row.secret, f"key/{name}"))

    def _in_token(self, alg: str) -> _New:
        assert self._hsm is not None
        pair = self._hsm.make(alg)
        return _New(key=published(pair.private(self._hsm), pair.public, alg), secret=pair.handle)

    def _key(self, row: Any) -> Key:
        secret = self._seal.open(row.secret, f"key/{row.kid}")
        if not row.in_token:
            return read(secret, row.alg)
        public: Any = KeySet.import_key_set({"keys": [json.loads(row.public)]}).keys[0]
        if self._hsm is None:
            # The token was taken out of the settings: what it signed is still verified.
            return public
        pair = HsmPair(alg=row.alg, handle=secret, public=public.public_key)
        return published(pair.private(self._hsm), pair.public, row.alg)


def _sealed_later(alg: str) -> _New:
    private = made(alg)
    return _New(key=published(private, private.public_key(), alg), secret=written(private))


def _dated(row: Any) -> Dated:
    return Dated(name=row.kid, alg=row.alg, made=row.made, signs_from=row.signs_from)
