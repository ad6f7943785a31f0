"""Adds what « Mes services » keeps for each account, and sessions on shared workstations."""

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
# Numbered when it was begun; 0008 was finished before it.
down_revision = "core_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "browser_session", sa.Column("shared", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "own_space",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    _notices()
    _requests()
    op.create_table(
        "evicted_session",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash"),
    )
    op.create_index("ix_evicted_session_expires_at", "evicted_session", ["expires_at"])


def _notices() -> None:
    op.create_table(
        "posted_notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_posted_notice_expires_at", "posted_notice", ["expires_at"])
    op.create_index("posted_notice_of", "posted_notice", ["account", "posted_at"])
    op.create_table(
        "known_person",
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sector", "subject"),
    )
    op.create_index("ix_known_person_account", "known_person", ["account"])


def _requests() -> None:
    op.create_table(
        "access_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("structure", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "service"),
    )
    for column in ("structure", "expires_at"):
        op.create_index(f"ix_access_request_{column}", "access_request", [column])
