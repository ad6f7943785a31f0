"""Creates the table of what services asked and were answered, for their developers."""

import sqlalchemy as sa
from alembic import op

revision = "oidc_0005"
down_revision = "oidc_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_flows",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("service", sa.String(128), nullable=False),
        sa.Column("flow", sa.String(64)),
        sa.Column("grant_id", sa.String(64)),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
    )
    op.create_index("ix_oidc_flows_service", "oidc_flows", ["service", "at"])
    op.create_index("ix_oidc_flows_at", "oidc_flows", ["at"])


def downgrade() -> None:
    op.drop_table("oidc_flows")
