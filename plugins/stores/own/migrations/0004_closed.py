"""Adds the ids of closed accounts: nobody is ever called so again."""

import sqlalchemy as sa
from alembic import op

revision = "own_0004"
down_revision = "own_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("own_closed", sa.Column("id", sa.String(64), primary_key=True))


def downgrade() -> None:
    op.drop_table("own_closed")
