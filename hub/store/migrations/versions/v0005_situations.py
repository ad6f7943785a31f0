"""Says of each service opened in a session for which place the person acted there."""

import sqlalchemy as sa
from alembic import op

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participation", sa.Column("situation", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("participation", "situation")
