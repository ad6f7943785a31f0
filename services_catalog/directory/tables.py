"""The tables of the directory. What is not in them is found by nobody."""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnClause,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TableClause,
    Text,
    UniqueConstraint,
    column,
    table,
)

from hub import Tables

metadata = MetaData()

entries: Final = Table(
    "directory_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("system", String(64), nullable=False),
    Column("number", String(128), nullable=False),
    Column("family", String(255), nullable=False),
    Column("given", String(255), nullable=False),
    Column("civility", String(64), nullable=False),
    Column("profession", String(255), nullable=False),
    # How they are listed, without accents or capitals.
    Column("sorted", String(512), nullable=False),
    # The import that named them last; none: the region alone knows them.
    Column("national", BigInteger),
    # Whether an account of the region stands behind it.
    Column("regional", Boolean, nullable=False, server_default="0"),
    # « Visibles des professionnels de mes structures »: see `audience`.
    Column("limited", Boolean, nullable=False, server_default="0"),
    Index("ix_directory_entries_number", "number"),
    Index("ix_directory_entries_national", "national"),
)
places: Final = Table(
    "directory_places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey(entries.c.id, ondelete="CASCADE"), nullable=False),
    Column("source", String(8), nullable=False),
    Column("mark", String(32), nullable=False),
    Column("seen", BigInteger, nullable=False),
    *(
        Column(name, String(255), nullable=False)
        for name in ("structure", "profession", "skill", "mode", "role", "postcode", "town")
    ),
    *(
        Column(name, String(255), nullable=False)
        for name in ("department", "region", "telephone", "mail")
    ),
    Column("street", Text, nullable=False),
    UniqueConstraint("entry", "source", "mark"),
    Index("ix_directory_places_mail", "mail"),
    Index("ix_directory_places_department", "department"),
)
audience: Final = Table(
    "directory_audience",
    metadata,
    Column("entry", ForeignKey(entries.c.id, ondelete="CASCADE"), primary_key=True),
    Column("structure", String(255), primary_key=True),
)
hidden: Final = Table(
    "directory_hidden",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("account", String(128), nullable=False, index=True),
)
"""Who is in no index, whatever the source says: asked before anything is written."""

favourites: Final = Table(
    "directory_favourites",
    metadata,
    Column("account", String(128), primary_key=True),
    Column("key", String(160), primary_key=True),
)
imports: Final = Table(
    "directory_imports",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("unread", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
)
"""How far each import came: one that stopped goes on from there."""

WORDS: Final = "directory_words"
"""What is searched: FTS5 on SQLite, text vectors on PostgreSQL; made by the migration alone."""


def words(connection: Connection) -> tuple[TableClause, ColumnClause[int]]:
    """The table, and its column with the id of the entry: FTS5 deletes quickly by `rowid` only."""
    name = "rowid" if connection.dialect.name == "sqlite" else "entry"
    found = table(WORDS, column(name, Integer), *map(column, ("who", "activity", "place")))
    return found, found.c[name]


TABLES: Final = Tables(metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
