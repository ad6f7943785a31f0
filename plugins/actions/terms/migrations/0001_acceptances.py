"""The proof of each acceptance."""

import sqlalchemy as sa
from alembic import op

revision = "terms_0001"
down_revision = None
branch_labels = ("terms",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "terms_acceptances",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("text", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("accepted_at", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("terms_acceptances")
