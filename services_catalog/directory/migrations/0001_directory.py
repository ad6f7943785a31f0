"""Creates the directory: who, where, what is searched, who hides, what one likes."""

import sqlalchemy as sa
from alembic import op

revision = "directory_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _entries()
    _places()
    op.create_table(
        "directory_audience",
        sa.Column(
            "entry",
            sa.Integer,
            sa.ForeignKey("directory_entries.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("structure", sa.String(255), primary_key=True),
    )
    op.create_table(
        "directory_hidden",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("account", sa.String(128), nullable=False),
    )
    op.create_index("ix_directory_hidden_account", "directory_hidden", ["account"])
    op.create_table(
        "directory_favourites",
        sa.Column("account", sa.String(128), primary_key=True),
        sa.Column("key", sa.String(160), primary_key=True),
    )
    op.create_table(
        "directory_imports",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("unread", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    _words(op.get_bind().dialect.name)


def downgrade() -> None:
    for name in ("words", "imports", "favourites", "hidden", "audience", "places", "entries"):
        op.drop_table(f"directory_{name}")


def _entries() -> None:
    op.create_table(
        "directory_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        sa.Column("system", sa.String(64), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("family", sa.String(255), nullable=False),
        sa.Column("given", sa.String(255), nullable=False),
        sa.Column("civility", sa.String(64), nullable=False),
        sa.Column("profession", sa.String(255), nullable=False),
        sa.Column("sorted", sa.String(512), nullable=False),
        sa.Column("national", sa.BigInteger),
        sa.Column("regional", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("limited", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_directory_entries_number", "directory_entries", ["number"])
    op.create_index("ix_directory_entries_national", "directory_entries", ["national"])


def _places() -> None:
    short = ("structure", "profession", "skill", "mode", "role", "postcode", "town")
    op.create_table(
        "directory_places",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "entry",
            sa.Integer,
            sa.ForeignKey("directory_entries.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String(255), nullable=False) for name in short),
        *(
            sa.Column(name, sa.String(255), nullable=False)
            for name in ("department", "region", "telephone", "mail")
        ),
        sa.Column("street", sa.Text, nullable=False),
        sa.UniqueConstraint("entry", "source", "mark"),
    )
    op.create_index("ix_directory_places_mail", "directory_places", ["mail"])
    op.create_index("ix_directory_places_department", "directory_places", ["department"])


def _words(dialect: str) -> None:
    if dialect == "sqlite":
        # Words come folded: the tokenizer only cuts them.
        op.execute(
            "CREATE VIRTUAL TABLE directory_words USING fts5(who, activity, place, "
            "tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
        )
        return
    op.create_table(
        "directory_words",
        sa.Column(
            "entry",
            sa.Integer,
            sa.ForeignKey("directory_entries.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("who", "activity", "place")),
    )
    for name in ("who", "activity", "place"):
        op.execute(
            f"CREATE INDEX ix_directory_words_{name} ON directory_words "
            f"USING gin (to_tsvector('simple', {name}))"
        )
