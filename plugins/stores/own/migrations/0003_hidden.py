"""Adds who keeps out of sight, where it can be asked without reading everybody."""

import json

import sqlalchemy as sa
from alembic import op

revision = "own_0003"
down_revision = "own_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "own_accounts",
        sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_own_accounts_hidden", "own_accounts", ["hidden"])
    accounts = sa.table(
        "own_accounts", sa.column("id"), sa.column("person"), sa.column("hidden", sa.Boolean)
    )
    everybody = op.get_bind().execute(sa.select(accounts.c.id, accounts.c.person)).all()
    for account, person in everybody:
        if "hidden" in json.loads(person).get("attributes", {}).get("visibility", []):
            op.execute(accounts.update().where(accounts.c.id == account).values(hidden=True))


def downgrade() -> None:
    op.drop_index("ix_own_accounts_hidden", "own_accounts")
    op.drop_column("own_accounts", "hidden")
