"""Creates the table of signing keys."""

import sqlalchemy as sa
from alembic import op

revision = "oidc_0002"
down_revision = "oidc_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_keys",
        sa.Column("kid", sa.String(64), primary_key=True),
        sa.Column("alg", sa.String(8), nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("signs_from", sa.BigInteger, nullable=False),
        sa.Column("in_token", sa.Boolean, nullable=False),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("alg", "signs_from", name="uq_oidc_keys_moment"),
    )


def downgrade() -> None:
    op.drop_table("oidc_keys")
