"""Adds the requests of people who want an account."""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None

_moment = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "account_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("structure", sa.String()),
        sa.Column("ticket", sa.String()),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket"),
    )
    op.create_index("ix_account_request_expires_at", "account_request", ["expires_at"])
    op.create_index("account_request_waiting", "account_request", ["state", "structure"])
