"""Creates the shares, the one code of each, and when they were opened."""

import sqlalchemy as sa
from alembic import op

revision = "emage_0001"
down_revision = None
branch_labels = ("emage",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emage_shares",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(128), nullable=False),
        sa.Column("link", sa.String(64), nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index("ix_emage_shares_sender", "emage_shares", ["sender"])
    op.create_index("ix_emage_shares_ends_at", "emage_shares", ["ends_at"])
    op.create_table(
        "emage_codes",
        _share(),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("free_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "emage_openings",
        _share(),
        sa.Column("ticket", sa.String(64), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for name in ("openings", "codes", "shares"):
        op.drop_table(f"emage_{name}")


def _share() -> "sa.Column[str]":
    owner = sa.ForeignKey("emage_shares.id", ondelete="CASCADE")
    return sa.Column("share", sa.String(32), owner, primary_key=True)
