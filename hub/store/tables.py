"""The core's tables. What migrations made of them is compared with this file by a test.

Moments are microseconds since 1970 in UTC, in both databases. Bodies are sealed; whatever is
only compared, and never shown, is kept as a digest.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware `datetime` in the program, microseconds in the table."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // _MICROSECOND


metadata = MetaData()
_number = BigInteger().with_variant(Integer(), "sqlite")

pending_login = Table(
    "pending_login",
    metadata,
    Column("id", String, primary_key=True),
    Column("browser", String, nullable=False),
    Column("service", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary),
    # A finished login keeps its row for a day, without body: it knows the way back.
    Column("finished_at", Moment),
)

browser_session = Table(
    "browser_session",
    metadata,
    Column("id", String, primary_key=True),
    Column("key_hash", String, unique=True),
    Column("account", String, nullable=False, index=True),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("dies_at", Moment, nullable=False, index=True),
    # An ended session keeps its row for a day: a request still under way must not revive it.
    Column("ended_at", Moment),
    Column("body", LargeBinary),
    Column("shared", Integer, nullable=False, server_default="0"),
)
# Asked each half minute for those that died unseen: most rows are of sessions already ended.
Index(
    "browser_session_live",
    browser_session.c.seen_at,
    sqlite_where=browser_session.c.ended_at.is_(None),
    postgresql_where=browser_session.c.ended_at.is_(None),
)

upstream_session = Table(
    "upstream_session",
    metadata,
    Column("session", String, primary_key=True),
    Column("subject", String, primary_key=True, index=True),
    Column("sid", String, index=True),
)

participation = Table(
    "participation",
    metadata,
    Column("number", _number, primary_key=True),
    Column("session", String, nullable=False),
    Column("service", String, nullable=False),
    Column("frontend", String, nullable=False),
    Column("handle_digest", String, nullable=False),
    Column("handle", LargeBinary),
    Column("situation", LargeBinary),
    UniqueConstraint("session", "service", "frontend", "handle_digest"),
)

# One service to be told that a session ended. The handle is erased once nobody needs it.
notice = Table(
    "notice",
    metadata,
    Column("number", _number, primary_key=True),
    Column("session", String, nullable=False, index=True),
    Column("service", String, nullable=False),
    Column("frontend", String, nullable=False),
    Column("account", String, nullable=False),
    Column("handle", LargeBinary),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("claimed_until", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Index("notice_due", "state", "due_at"),
)

# How somebody left, for the page that tells them.
departure = Table(
    "departure",
    metadata,
    Column("id", String, primary_key=True),
    Column("browser", String, nullable=False),
    Column("session", String, nullable=False),
    Column("service", String),
    Column("return_url", LargeBinary),
    Column("hops", LargeBinary),
    Column("hops_sent", Integer, nullable=False, server_default="0"),
    Column("hops_back", Integer, nullable=False, server_default="0"),
    Column("left_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

credential = Table(
    "credential",
    metadata,
    Column("plugin", String, primary_key=True),
    Column("drawer", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("id", String, primary_key=True, index=True),
    Column("label", String, nullable=False),
    Column("public", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
)

one_time = Table(
    "one_time",
    metadata,
    Column("key", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

counter = Table(
    "counter",
    metadata,
    Column("key", String, primary_key=True),
    Column("spent", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("free_at", Moment, nullable=False),
)

known_browser = Table(
    "known_browser",
    metadata,
    Column("key", String, primary_key=True),
    Column("seen_at", Moment, nullable=False, index=True),
)

message = Table(
    "message",
    metadata,
    Column("id", String, primary_key=True),
    Column("plugin", String, nullable=False),
    Column("state", String, nullable=False),
    Column("urgent", Integer, nullable=False),
    Column("posted_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("claimed_until", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("body", LargeBinary),
    Index("message_due", "state", "due_at"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("node", String, nullable=False),
    Column("until", Moment, nullable=False),
)

right_grant = Table(
    "right_grant",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("situation", String),
    Column("structure", String, index=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("given_by", String),
)

trail = Table(
    "trail",
    metadata,
    Column("id", _number, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("action", String, nullable=False),
    Column("login", String),
    Column("account", String, index=True),
    Column("service", String),
    Column("details", Text, nullable=False),
    Column("support", String, index=True),
    # Empty until the worker links the entry.
    Column("commitment", String),
    Column("sequence", _number, unique=True),
    Column("hash", String),
)

trail_key = Table(
    "trail_key",
    metadata,
    Column("account", String, primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

trail_head = Table(
    "trail_head",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("size", _number, nullable=False),
    Column("hash", String, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", _number, primary_key=True),
    Column("hash", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

service = Table(
    "service",
    metadata,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("owner", String),
    Column("since", Moment, nullable=False, index=True),
    Column("frontend", String, nullable=False),
    Column("described", Text, nullable=False),
    # The frontend's own words about it: those it works with, and those it only remembers.
    Column("peer", Text, nullable=False),
    Column("kept", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)

service_off = Table(
    "service_off",
    metadata,
    # Of `hub.toml`: what stands there cannot be changed here, only switched off.
    Column("id", String, primary_key=True),
    Column("since", Moment, nullable=False),
)

edition = Table(
    "edition",
    metadata,
    Column("name", String, primary_key=True),
    Column("number", _number, nullable=False),
)

# Somebody who has no account wants one. Who they say they are is in the sealed body.
account_request = Table(
    "account_request",
    metadata,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False),
    # One that accounts carry; nothing: the support decides.
    Column("structure", String),
    # A digest of what the mail holds; nothing once it was used.
    Column("ticket", String, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Index("account_request_waiting", "state", "structure"),
)
