"""The tables of this frontend. Codes, tokens and request addresses stand there as hashes only."""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hub import Tables

metadata = MetaData()

grants: Final = Table(
    "oidc_grants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("client", String(128), nullable=False),
    Column("session", String(128), nullable=False),
    Column("sid", String(128), nullable=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("code_until", BigInteger, nullable=False),
    Column("redeemed", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("challenge", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("frozen", LargeBinary, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("jkt", String(64)),
    # What it dies with: its browser session, the device it was given to, or only its time.
    Column("life", String(8), nullable=False, server_default="session"),
    Column("account", String(128)),
    Column("made", BigInteger, nullable=False, server_default="0"),
    # What the person calls the device, sealed.
    Column("device", LargeBinary),
    Column("resource", Text),
    Index("ix_oidc_grants_account", "account"),
    Index("ix_oidc_grants_sid", "client", "sid"),
    Index("ix_oidc_grants_until", "until"),
)

tokens: Final = Table(
    "oidc_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("grant_id", ForeignKey(grants.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("scope", Text, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
    Column("jkt", String(64)),
    # Empty: the hub itself, that is UserInfo.
    Column("audience", Text),
    Column("issued", BigInteger, nullable=False, server_default="0"),
    Column("spent_at", BigInteger),
    # What replaced a spent refresh token, sealed: an answer that was lost is given again.
    Column("successor", LargeBinary),
)

requests: Final = Table(
    "oidc_requests",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("client", String(128), nullable=False),
    Column("counted", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_oidc_requests_counted", "counted", "until"),
    Index("ix_oidc_requests_until", "until"),
)

seen: Final = Table(
    "oidc_seen",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False, index=True),
)

associations: Final = Table(
    "oidc_associations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("client", String(128), nullable=False),
    # The hash of what the device holds, and the digest of what a person types.
    Column("secret", String(64), nullable=False, unique=True),
    Column("typed", String(64), unique=True),
    Column("shown", LargeBinary),
    Column("scope", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("account", String(128)),
    Column("frozen", LargeBinary),
    Column("pause", BigInteger, nullable=False),
    Column("polled_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

guesses: Final = Table(
    "oidc_guesses",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("spent", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)

keys: Final = Table(
    "oidc_keys",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("alg", String(8), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("signs_from", BigInteger, nullable=False),
    Column("in_token", Boolean, nullable=False),
    Column("public", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    # Two processes that make the key of one moment end up with one.
    UniqueConstraint("alg", "signs_from", name="uq_oidc_keys_moment"),
)

flows: Final = Table(
    "oidc_flows",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("service", String(128), nullable=False),
    # The request it began with, until a grant is there; then the grant.
    Column("flow", String(64)),
    Column("grant_id", String(64)),
    # In microseconds: steps of one request follow each other closely.
    Column("at", BigInteger, nullable=False),
    Column("step", String(16), nullable=False),
    # Names and answers, masked before they come here.
    Column("told", Text, nullable=False),
    Index("ix_oidc_flows_service", "service", "at"),
    Index("ix_oidc_flows_at", "at"),
)

TABLES: Final = Tables(metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
