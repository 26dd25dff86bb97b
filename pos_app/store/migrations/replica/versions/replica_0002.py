"""Customers, and central's verdicts on the till's own facts. Their streams come from the first row."""

from alembic import op

revision = "replica_0002"
down_revision = "replica_0001"

_STATEMENTS = (
    """
    CREATE TABLE customer (
        id INTEGER NOT NULL,
        customer_id TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        phone TEXT NOT NULL,
        loyalty_no TEXT NOT NULL,
        consents TEXT NOT NULL,
        points INTEGER NOT NULL,
        tier TEXT NOT NULL,
        version INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) STRICT
    """,
    "CREATE UNIQUE INDEX ix_customer_id ON customer (customer_id)",
    "CREATE INDEX ix_customer_email ON customer (email)",
    "CREATE INDEX ix_customer_phone ON customer (phone)",
    "CREATE INDEX ix_customer_loyalty_no ON customer (loyalty_no)",
    """
    CREATE TABLE verdict (
        verdict_id TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        fact_seq INTEGER NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL,
        detail TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (verdict_id)
    ) WITHOUT ROWID, STRICT
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
