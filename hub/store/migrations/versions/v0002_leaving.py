"""Adds what is owed to services when a session ends, and the pages that say how it went."""

import sqlalchemy as sa
from alembic import op

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None

_moment = sa.BigInteger
_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    alive = sa.text("ended_at IS NULL")
    op.create_index(
        "browser_session_live",
        "browser_session",
        ["seen_at"],
        sqlite_where=alive,
        postgresql_where=alive,
    )
    _notice()
    _departure()


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("number", _number, nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("frontend", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("handle", sa.LargeBinary()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("claimed_until", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_notice_session", "notice", ["session"])
    op.create_index("ix_notice_expires_at", "notice", ["expires_at"])
    op.create_index("notice_due", "notice", ["state", "due_at"])


def _departure() -> None:
    op.create_table(
        "departure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("service", sa.String()),
        sa.Column("return_url", sa.LargeBinary()),
        sa.Column("left_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_departure_expires_at", "departure", ["expires_at"])
