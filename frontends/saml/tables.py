"""The tables of this frontend: sessions as services call them, answers given, metadata fetched."""

from pathlib import Path
from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, String, Table

from hub import Tables

metadata = MetaData()

sessions: Final = Table(
    "saml_sessions",
    metadata,
    Column("service", String(128), primary_key=True),
    Column("sid", String(128), primary_key=True),
    # Of the NameID it was told: a logout must say both.
    Column("name_digest", String(64), primary_key=True),
    Column("format", String(80), nullable=False),
    Column("session", String(128), nullable=False),
    # The NameID sealed, where nothing else says it again: an address.
    Column("name", LargeBinary),
    Column("until", BigInteger, nullable=False),
    Index("ix_saml_sessions_until", "until"),
)

answered: Final = Table(
    "saml_answered",
    metadata,
    # The digest of a service and the ID of its request.
    Column("request", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False),
    Index("ix_saml_answered_until", "until"),
)

fetched: Final = Table(
    "saml_metadata",
    metadata,
    Column("service", String(128), primary_key=True),
    Column("xml", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

TABLES: Final = Tables(metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
