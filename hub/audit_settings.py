"""The shape of `[audit]`: where the end of the trail is written down beside the database."""

from hub.contract.values import value


@value
class AuditSettings:
    """What proves the audit trail to whoever does not believe the database."""

    anchor: str = ""
    """A file outside the database to which each checkpoint of the trail is added, a line each hour.
    Whoever can write every table cannot take back what stands there: best on another disk, and
    append-only (`chattr +a`). Empty: there is none."""
