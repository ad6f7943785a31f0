"""Creates the tables of pushed requests and of what is taken once; binds grants to keys."""

import sqlalchemy as sa
from alembic import op

revision = "oidc_0003"
down_revision = "oidc_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_requests",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("client", sa.String(128), nullable=False),
        sa.Column("counted", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_oidc_requests_counted", "oidc_requests", ["counted", "until"])
    op.create_index("ix_oidc_requests_until", "oidc_requests", ["until"])
    op.create_table(
        "oidc_seen",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_oidc_seen_until", "oidc_seen", ["until"])
    op.add_column("oidc_grants", sa.Column("jkt", sa.String(64)))
    op.add_column("oidc_tokens", sa.Column("jkt", sa.String(64)))


def downgrade() -> None:
    op.drop_column("oidc_tokens", "jkt")
    op.drop_column("oidc_grants", "jkt")
    op.drop_table("oidc_seen")
    op.drop_table("oidc_requests")
