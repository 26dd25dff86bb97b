"""Runs the steps on the connection that sync.central.migrate opened."""

from alembic import context

from sync.central.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
