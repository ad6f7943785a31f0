"""Adds how providers call their own sessions, and the way to them when somebody leaves."""

import sqlalchemy as sa
from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upstream_session",
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sid", sa.String()),
        sa.PrimaryKeyConstraint("session", "subject"),
    )
    op.create_index("ix_upstream_session_subject", "upstream_session", ["subject"])
    op.create_index("ix_upstream_session_sid", "upstream_session", ["sid"])
    op.add_column("departure", sa.Column("hops", sa.LargeBinary()))
    for name in ("hops_sent", "hops_back"):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("departure", column)
