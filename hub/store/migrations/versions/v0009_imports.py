"""Adds the files of people that référents bring, line by line."""

import sqlalchemy as sa
from alembic import op

revision = "core_0009"
# Numbered when it was begun; 0010 was finished before it.
down_revision = "core_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("account", "state", "expires_at"):
        op.create_index(f"ix_import_run_{column}", "import_run", [column])
    op.create_table(
        "import_line",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fate", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("number_key", sa.String(), nullable=True),
        sa.Column("mail_key", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run", "number"),
    )
    op.create_index("import_line_fate", "import_line", ["run", "fate", "number"])
    op.create_index("import_line_number", "import_line", ["run", "number_key"])
    op.create_index("import_line_mail", "import_line", ["run", "mail_key"])
