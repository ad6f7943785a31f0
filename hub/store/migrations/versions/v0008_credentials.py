"""Adds the way from a credential's own name to the person who has it."""

from alembic import op

revision = "core_0008"
down_revision = "core_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_credential_id", "credential", ["id"])
