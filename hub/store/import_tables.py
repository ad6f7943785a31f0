"""Tables of the files of people that référents bring. What a line says is sealed, and goes soon."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from hub.store.tables import Moment, metadata

import_run = Table(
    "import_run",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),
    Column("why", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

import_line = Table(
    "import_line",
    metadata,
    Column("run", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("fate", String),
    Column("why", String, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("claimed_until", Moment),
    # Digests: whether two lines speak of one person, and not of whom.
    Column("number_key", String),
    Column("mail_key", String),
    Column("body", LargeBinary, nullable=False),
    Index("import_line_fate", "run", "fate", "number"),
    Index("import_line_number", "run", "number_key"),
    Index("import_line_mail", "run", "mail_key"),
)
