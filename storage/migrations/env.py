"""Alembic asks this file how to migrate: on the connection that `storage/migrate.py` opened."""

from alembic import context
from sqlalchemy import Connection

from storage.metadata import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
