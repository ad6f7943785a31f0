"""Creates the tables of sessions told, requests answered and metadata fetched."""

import sqlalchemy as sa
from alembic import op

revision = "saml_0001"
down_revision = None
branch_labels = ("saml",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saml_sessions",
        sa.Column("service", sa.String(128), primary_key=True),
        sa.Column("sid", sa.String(128), primary_key=True),
        sa.Column("name_digest", sa.String(64), primary_key=True),
        sa.Column("format", sa.String(80), nullable=False),
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("name", sa.LargeBinary),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_saml_sessions_until", "saml_sessions", ["until"])
    op.create_table(
        "saml_answered",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_saml_answered_until", "saml_answered", ["until"])
    op.create_table(
        "saml_metadata",
        sa.Column("service", sa.String(128), primary_key=True),
        sa.Column("xml", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("saml_metadata")
    op.drop_table("saml_answered")
    op.drop_table("saml_sessions")
