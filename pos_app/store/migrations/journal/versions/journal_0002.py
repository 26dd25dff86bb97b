"""The lives of the journal, central's key, and the checkpoints it countersigned."""

from alembic import op

revision = "journal_0002"
down_revision = "journal_0001"

_STATEMENTS = (
    """
    CREATE TABLE life (
        base INTEGER NOT NULL,
        device_id TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        PRIMARY KEY (base)
    ) STRICT
    """,
    """
    CREATE TABLE central_key (
        public TEXT NOT NULL,
        since_ms INTEGER NOT NULL,
        PRIMARY KEY (public)
    ) STRICT
    """,
    """
    CREATE TABLE checkpoint (
        device_id TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        sig TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (device_id, incarnation, seq)
    ) WITHOUT ROWID, STRICT
    """,
    "INSERT INTO life SELECT base, device_id, incarnation FROM device",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
