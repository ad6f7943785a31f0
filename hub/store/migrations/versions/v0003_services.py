"""Adds the services that join while the hub runs, and the switch of those in hub.toml."""

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

_moment = sa.BigInteger
_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "service",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner", sa.String()),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("frontend", sa.String(), nullable=False),
        sa.Column("described", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_service_since", "service", ["since"])
    op.create_table(
        "service_off",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "edition",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", _number, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
