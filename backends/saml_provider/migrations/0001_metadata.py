"""Creates the table of metadata fetched."""

import sqlalchemy as sa
from alembic import op

revision = "saml_provider_0001"
down_revision = None
branch_labels = ("saml_provider",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saml_provider_metadata",
        sa.Column("provider", sa.String(40), primary_key=True),
        sa.Column("xml", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("saml_provider_metadata")
