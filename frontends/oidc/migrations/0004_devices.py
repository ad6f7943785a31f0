"""Grants get a kind of life, tokens an audience; creates the tables of associations."""

import sqlalchemy as sa
from alembic import op

revision = "oidc_0004"
down_revision = "oidc_0003"
branch_labels = None
depends_on = None

_GRANTS = ("life", "account", "made", "device", "resource")
_TOKENS = ("audience", "issued", "spent_at", "successor")


def upgrade() -> None:
    _widen()
    op.create_table(
        "oidc_associations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("client", sa.String(128), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False, unique=True),
        sa.Column("typed", sa.String(64), unique=True),
        sa.Column("shown", sa.LargeBinary),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("account", sa.String(128)),
        sa.Column("frozen", sa.LargeBinary),
        sa.Column("pause", sa.BigInteger, nullable=False),
        sa.Column("polled_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_oidc_associations_until", "oidc_associations", ["until"])
    op.create_table(
        "oidc_guesses",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("spent", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_oidc_guesses_until", "oidc_guesses", ["until"])


def downgrade() -> None:
    op.drop_table("oidc_guesses")
    op.drop_table("oidc_associations")
    op.drop_index("ix_oidc_grants_account", "oidc_grants")
    for name in _TOKENS:
        op.drop_column("oidc_tokens", name)
    for name in _GRANTS:
        op.drop_column("oidc_grants", name)


def _widen() -> None:
    life = sa.Column("life", sa.String(8), nullable=False, server_default="session")
    op.add_column("oidc_grants", life)
    op.add_column("oidc_grants", sa.Column("account", sa.String(128)))
    op.add_column(
        "oidc_grants", sa.Column("made", sa.BigInteger, nullable=False, server_default="0")
    )
    op.add_column("oidc_grants", sa.Column("device", sa.LargeBinary))
    op.add_column("oidc_grants", sa.Column("resource", sa.Text))
    op.create_index("ix_oidc_grants_account", "oidc_grants", ["account"])
    op.add_column("oidc_tokens", sa.Column("audience", sa.Text))
    op.add_column(
        "oidc_tokens", sa.Column("issued", sa.BigInteger, nullable=False, server_default="0")
    )
    op.add_column("oidc_tokens", sa.Column("spent_at", sa.BigInteger))
    op.add_column("oidc_tokens", sa.Column("successor", sa.LargeBinary))
