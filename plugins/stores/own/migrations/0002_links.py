"""Adds when and how an identity was linked, and everybody's numbers by system."""

import json

import sqlalchemy as sa
from alembic import op

revision = "own_0002"
down_revision = "own_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("own_links", sa.Column("via", sa.String(64)))
    op.add_column("own_links", sa.Column("name", sa.Text))
    op.add_column("own_links", sa.Column("since", sa.BigInteger))
    numbers = op.create_table(
        "own_numbers",
        sa.Column("system", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(320), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("own_accounts.id"), primary_key=True),
    )
    op.create_index("ix_own_numbers_account", "own_numbers", ["account"])
    _fill(numbers)


def downgrade() -> None:
    op.drop_table("own_numbers")
    for column in ("via", "name", "since"):
        op.drop_column("own_links", column)


def _fill(numbers: sa.Table) -> None:
    """Of those who were there before, as `numbers` in names.py writes them."""
    accounts = sa.table("own_accounts", sa.column("id"), sa.column("person"))
    for account, person in op.get_bind().execute(sa.select(accounts.c.id, accounts.c.person)).all():
        carried = json.loads(person).get("identifiers", [])
        pairs = {(each["system"], each["number"].strip().casefold()) for each in carried}
        rows = [{"system": s, "number": n, "account": account} for s, n in sorted(pairs) if n]
        if rows:
            op.bulk_insert(numbers, rows)
