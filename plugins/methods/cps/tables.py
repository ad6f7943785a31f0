"""The last good revocation list of each authority, shared by all processes."""

from pathlib import Path

from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from hub import Tables

METADATA = MetaData()

LISTS = Table(
    "cps_lists",
    METADATA,
    Column("issuer", String(64), primary_key=True),
    # Decimal: a number of twenty octets fits into no integer of a database.
    Column("number", String(50), nullable=False),
    Column("this_update", String(32), nullable=False),
    Column("next_update", String(32), nullable=False),
    Column("serials", LargeBinary, nullable=False),
)


def tables() -> Tables:
    return Tables(metadata=METADATA, migrations=str(Path(__file__).parent / "migrations"))
