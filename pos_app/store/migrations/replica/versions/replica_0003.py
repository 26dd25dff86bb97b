"""Each figure of stock says which own facts it holds; until the next page nothing is known of that."""

from alembic import op

revision = "replica_0003"
down_revision = "replica_0002"

_STATEMENTS = (
    "ALTER TABLE stock ADD COLUMN own_life INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE stock ADD COLUMN own_seq INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE pull DROP COLUMN includes_own_through",
    """
    CREATE TABLE counted (
        gen INTEGER NOT NULL,
        own_life INTEGER NOT NULL,
        own_seq INTEGER NOT NULL,
        PRIMARY KEY (gen)
    ) STRICT
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
