"""Accounts, the words they are found by, where they work, and their links."""

import sqlalchemy as sa
from alembic import op

revision = "own_0001"
down_revision = None
branch_labels = ("own",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_accounts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("fulfilled", sa.Text, nullable=False),
        sa.Column("locked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "own_names",
        sa.Column("word", sa.String(320), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        _owner(primary_key=True),
    )
    op.create_table(
        "own_situations",
        sa.Column("structure", sa.String(255), primary_key=True),
        _owner(primary_key=True),
    )
    op.create_table(
        "own_links",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        _owner(primary_key=False),
    )
    for table in ("own_names", "own_situations", "own_links"):
        op.create_index(f"ix_{table}_account", table, ["account"])
    one_each = sa.text("kind = 'identifier'")
    op.create_index(
        "own_names_one_each",
        "own_names",
        ["word"],
        unique=True,
        sqlite_where=one_each,
        postgresql_where=one_each,
    )


def downgrade() -> None:
    for table in ("own_links", "own_situations", "own_names", "own_accounts"):
        op.drop_table(table)


def _owner(*, primary_key: bool) -> "sa.Column[str]":
    owner = sa.ForeignKey("own_accounts.id")
    return sa.Column("account", sa.String(64), owner, primary_key=primary_key, nullable=False)
