"""Creates the table of who may open which mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "medimail_0001"
down_revision = None
branch_labels = ("medimail",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "medimail_openings",
        sa.Column("address", sa.String(254), primary_key=True),
        sa.Column("system", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(128), primary_key=True),
        sa.Column("kind", sa.String(3), nullable=False),
        sa.Column("structure", sa.String(255), nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
    )
    op.create_index("ix_medimail_openings_person", "medimail_openings", ["system", "number"])


def downgrade() -> None:
    op.drop_table("medimail_openings")
