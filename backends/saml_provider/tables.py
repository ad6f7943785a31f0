"""The metadata of providers that stand at an address, as it was last believed."""

from pathlib import Path
from typing import Final

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table

from hub import Tables

metadata = MetaData()

fetched: Final = Table(
    "saml_provider_metadata",
    metadata,
    Column("provider", String(40), primary_key=True),
    Column("xml", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

TABLES: Final = Tables(metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
