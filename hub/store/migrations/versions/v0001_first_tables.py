"""The tables as they were first released."""

import sqlalchemy as sa
from alembic import op

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = None

_moment = sa.BigInteger
_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _browser_session()
    _checkpoint()
    _counter()
    _credential()
    _known_browser()
    _lease()
    _message()
    _one_time()
    _participation()
    _pending_login()
    _right_grant()
    _trail()
    _trail_head()
    _trail_key()


def _browser_session() -> None:
    op.create_table(
        "browser_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String()),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("began_at", _moment(), nullable=False),
        sa.Column("seen_at", _moment(), nullable=False),
        sa.Column("dies_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment()),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_index("ix_browser_session_account", "browser_session", ["account"])
    op.create_index("ix_browser_session_dies_at", "browser_session", ["dies_at"])


def _checkpoint() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("size", _number, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("first_at", _moment(), nullable=False),
        sa.Column("last_at", _moment(), nullable=False),
        sa.Column("free_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_counter_last_at", "counter", ["last_at"])


def _credential() -> None:
    op.create_table(
        "credential",
        sa.Column("plugin", sa.String(), nullable=False),
        sa.Column("drawer", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "drawer", "account", "id"),
    )


def _known_browser() -> None:
    op.create_table(
        "known_browser",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seen_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_known_browser_seen_at", "known_browser", ["seen_at"])


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("until", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("plugin", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("posted_at", _moment(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column("claimed_until", _moment(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_message_expires_at", "message", ["expires_at"])
    op.create_index("message_due", "message", ["state", "due_at"])


def _one_time() -> None:
    op.create_table(
        "one_time",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_one_time_expires_at", "one_time", ["expires_at"])


def _participation() -> None:
    op.create_table(
        "participation",
        sa.Column("number", _number, nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("frontend", sa.String(), nullable=False),
        sa.Column("handle_digest", sa.String(), nullable=False),
        sa.Column("handle", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("session", "service", "frontend", "handle_digest"),
    )


def _pending_login() -> None:
    op.create_table(
        "pending_login",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("finished_at", _moment()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_pending_login_expires_at", "pending_login", ["expires_at"])


def _right_grant() -> None:
    op.create_table(
        "right_grant",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("situation", sa.String()),
        sa.Column("structure", sa.String()),
        sa.Column("since", _moment(), nullable=False),
        sa.Column("until", _moment()),
        sa.Column("given_by", sa.String()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_right_grant_account", "right_grant", ["account"])
    op.create_index("ix_right_grant_structure", "right_grant", ["structure"])


def _trail() -> None:
    op.create_table(
        "trail",
        sa.Column("id", _number, nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("login", sa.String()),
        sa.Column("account", sa.String()),
        sa.Column("service", sa.String()),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("support", sa.String()),
        sa.Column("commitment", sa.String()),
        sa.Column("sequence", _number),
        sa.Column("hash", sa.String()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sequence"),
    )
    op.create_index("ix_trail_account", "trail", ["account"])
    op.create_index("ix_trail_support", "trail", ["support"])


def _trail_head() -> None:
    op.create_table(
        "trail_head",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("size", _number, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )


def _trail_key() -> None:
    op.create_table(
        "trail_key",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
