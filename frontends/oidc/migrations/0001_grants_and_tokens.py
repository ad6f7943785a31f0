"""Creates the tables of grants and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "oidc_0001"
down_revision = None
branch_labels = ("oidc",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_grants",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("client", sa.String(128), nullable=False),
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("sid", sa.String(128), nullable=False),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("code_until", sa.BigInteger, nullable=False),
        sa.Column("redeemed", sa.Boolean, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("redirect_uri", sa.Text, nullable=False),
        sa.Column("challenge", sa.String(64), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("frozen", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_oidc_grants_sid", "oidc_grants", ["client", "sid"])
    op.create_index("ix_oidc_grants_until", "oidc_grants", ["until"])
    op.create_table(
        "oidc_tokens",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column(
            "grant_id",
            sa.String(64),
            sa.ForeignKey("oidc_grants.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_oidc_tokens_grant_id", "oidc_tokens", ["grant_id"])
    op.create_index("ix_oidc_tokens_until", "oidc_tokens", ["until"])


def downgrade() -> None:
    op.drop_table("oidc_tokens")
    op.drop_table("oidc_grants")
