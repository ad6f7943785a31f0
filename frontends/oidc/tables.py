"""The tables of grants and tokens. Codes and tokens stand in them as hashes only."""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from hub import Tables

metadata = MetaData()

grants: Final = Table(
    "oidc_grants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("client", String(128), nullable=False),
    Column("session", String(128), nullable=False),
    Column("sid", String(128), nullable=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("code_until", BigInteger, nullable=False),
    Column("redeemed", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("challenge", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("frozen", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_oidc_grants_sid", "client", "sid"),
    Index("ix_oidc_grants_until", "until"),
)

tokens: Final = Table(
    "oidc_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("grant_id", ForeignKey(grants.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("scope", Text, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

TABLES: Final = Tables(metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
