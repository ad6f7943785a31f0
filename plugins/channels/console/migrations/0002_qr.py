"""A letter of the development inbox may carry a QR code."""

import sqlalchemy as sa
from alembic import op

revision = "console_0002"
down_revision = "console_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("console_letters", sa.Column("qr", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("console_letters", "qr")
