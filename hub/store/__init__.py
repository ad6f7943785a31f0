"""SQLAlchemy: tables, short units of work, one file per port."""
