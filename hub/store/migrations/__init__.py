"""The core's Alembic branch."""
