"""The tables of shared studies. Whatever tells of a person or of a study is sealed.

Moments are seconds since 1970 in UTC.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from hub import Tables

METADATA: Final = MetaData()

SHARES: Final = Table(
    "emage_shares",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("service", String(64), nullable=False),
    Column("sender", String(128), nullable=False, index=True),
    # A keyed hash of the secret in the recipient's link: the table opens nothing.
    Column("link", String(64), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False, index=True),
    Column("sent_at", BigInteger),
    Column("revoked_at", BigInteger),
)
CODES: Final = Table(
    "emage_codes",
    METADATA,
    Column("share", String(32), ForeignKey(SHARES.c.id, ondelete="CASCADE"), primary_key=True),
    Column("browser", String(64), nullable=False),
    # Empty: no code is live.
    Column("digest", String(64), nullable=False),
    Column("salt", String(32), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("left", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("free_at", BigInteger, nullable=False),
)
"""One row for a share: a new code takes the place of the last, the count of failures stays."""

OPENINGS: Final = Table(
    "emage_openings",
    METADATA,
    Column("share", String(32), ForeignKey(SHARES.c.id, ondelete="CASCADE"), primary_key=True),
    Column("ticket", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

TABLES: Final = Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))
