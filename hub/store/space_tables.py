"""Tables of « Mes services »: how each account arranged it, its notices, what it asked for."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from hub.store.tables import Moment, metadata

# Order, favourites, personal links: what somebody opens says much of them, so it is sealed.
own_space = Table(
    "own_space",
    metadata,
    Column("account", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# What a service posted for a person. Not `notice`: that one tells a service of a session's end.
posted_notice = Table(
    "posted_notice",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("service", String, nullable=False),
    Column("posted_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Index("posted_notice_of", "account", "posted_at"),
)

# By which name each service, or sector of services, knows whom. Made from the audit trail.
known_person = Table(
    "known_person",
    metadata,
    Column("sector", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
)

# A right somebody asked for, to open one service.
access_request = Table(
    "access_request",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("service", String, nullable=False),
    Column("structure", String, nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("account", "service"),
)

# Sessions that gave way to a newer one: the screen they were on is told why.
evicted_session = Table(
    "evicted_session",
    metadata,
    Column("key_hash", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)
