"""The last good revocation list of each authority."""

import sqlalchemy as sa
from alembic import op

revision = "cps_0001"
down_revision = None
branch_labels = ("cps",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cps_lists",
        sa.Column("issuer", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(50), nullable=False),
        sa.Column("this_update", sa.String(32), nullable=False),
        sa.Column("next_update", sa.String(32), nullable=False),
        sa.Column("serials", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("cps_lists")
