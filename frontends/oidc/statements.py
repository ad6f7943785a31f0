"""Every question to the tables of grants and tokens, built once."""

from typing import Final

from sqlalchemy import BigInteger, BindParameter, bindparam, delete, false, insert, select, update

from hub import prepared

from .tables import grants, tokens

_COLUMNS: Final = (
    *(grants.c[name] for name in ("id", "client", "session", "redirect_uri", "challenge")),
    *(grants.c[name] for name in ("scope", "frozen", "life", "account", "resource", "jkt")),
)
_CODE: Final = grants.c.code == bindparam("hashed")
_TOKEN: Final = tokens.c.hash == bindparam("hashed")
GRACE_FROM: Final = 1_000
GRACE_UNTIL: Final = 10_000
"""Milliseconds after a refresh token was spent between which its answer may be given again."""
_NOW: Final[BindParameter[int]] = bindparam("now", type_=BigInteger)

OPEN: Final = prepared.Statement(insert(grants))
REDEEM: Final = prepared.Statement(
    update(grants)
    .where(_CODE, grants.c.redeemed == false(), grants.c.ended == false())
    .values(redeemed=True)
    .returning(*_COLUMNS, grants.c.code_until, grants.c.until.label("grant_until"))
)
"""One row for whoever comes first, none for anybody after."""

END_BY_CODE: Final = update(grants).where(_CODE).values(ended=True)
END: Final = update(grants).where(grants.c.id == bindparam("grant")).values(ended=True)

END_ALL: Final = (
    update(grants)
    .where(grants.c.client == bindparam("of_client"), grants.c.session == bindparam("of_session"))
    # Opened again for another place, it goes by another name there, and goes on.
    .where(grants.c.sid == bindparam("of_sid"))
    .values(ended=True)
)
END_GIVEN: Final = (
    update(grants)
    .where(grants.c.account == bindparam("of_account"), grants.c.client == bindparam("of_client"))
    .values(ended=True)
)
END_CLIENT: Final = (
    update(grants).where(grants.c.client == bindparam("of_client")).values(ended=True)
)

KEEP: Final = prepared.Statement(insert(tokens))
FIND: Final = prepared.Statement(
    select(
        *_COLUMNS,
        grants.c.ended,
        tokens.c.kind,
        tokens.c.used,
        tokens.c.until.label("token_until"),
        tokens.c.scope.label("token_scope"),
        tokens.c.audience,
        tokens.c.jkt.label("token_key"),
        tokens.c.issued,
        tokens.c.spent_at,
        tokens.c.successor,
        grants.c.until.label("grant_until"),
    )
    .join_from(tokens, grants)
    .where(_TOKEN)
)
SPEND: Final = prepared.Statement(
    update(tokens)
    .where(_TOKEN, tokens.c.used == false())
    .values(used=True, spent_at=bindparam("at"), successor=bindparam("sealed"))
    .returning(tokens.c.hash)
)
DROP: Final = delete(tokens).where(_TOKEN)

SESSION: Final = (
    select(grants.c.session)
    .where(grants.c.client == bindparam("client"), grants.c.sid == bindparam("sid"))
    .where(grants.c.life == "session")
    .limit(1)
)

PURGE: Final = (
    delete(tokens).where(tokens.c.grant_id.in_(select(grants.c.id).where(grants.c.until <= _NOW))),
    delete(grants).where(grants.c.until <= _NOW),
    # Refresh tokens stay with their grant: a spent one that comes back betrays a copy.
    delete(tokens).where(tokens.c.kind == "access", tokens.c.until <= _NOW),
    # An answer is given again for seconds only: nobody finds it afterwards, sealed or not.
    update(tokens)
    .where(tokens.c.successor.is_not(None), tokens.c.spent_at <= 1000 * _NOW - GRACE_UNTIL)
    .values(successor=None),
)
