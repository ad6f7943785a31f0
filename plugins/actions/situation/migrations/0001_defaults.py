"""The place each person acts for unless they say otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "situation_0001"
down_revision = None
branch_labels = ("situation",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "situation_defaults",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("place", sa.String(255), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("situation_defaults")
