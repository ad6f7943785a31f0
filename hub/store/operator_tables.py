"""Tables of what the operator decides at the console, and how the trail is searched there."""

from sqlalchemy import Column, Index, String, Table, Text

from hub.store.tables import Moment, metadata, trail

announcement = Table(
    "announcement",
    metadata,
    Column("id", String, primary_key=True),
    Column("tone", String, nullable=False),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment, nullable=False, index=True),
    # By language: everybody reads it, so nothing is sealed.
    Column("titles", Text, nullable=False),
    Column("texts", Text, nullable=False),
)

method_off = Table(
    "method_off",
    metadata,
    Column("name", String, primary_key=True),
    Column("since", Moment, nullable=False),
)

Index("trail_at", trail.c.at)
Index("trail_action", trail.c.action, trail.c.id)
