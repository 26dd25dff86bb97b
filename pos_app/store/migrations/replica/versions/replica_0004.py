"""Of which history of central the rows are; until the next page nobody knows."""

from alembic import op

revision = "replica_0004"
down_revision = "replica_0003"


def upgrade() -> None:
    op.execute("ALTER TABLE pull ADD COLUMN epoch TEXT")
