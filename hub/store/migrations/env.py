"""What Alembic runs for each branch; `hub.store.schema` calls it with a connection in hand."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    version_table=attributes["version_table"],
    transactional_ddl=True,
)
context.run_migrations()
