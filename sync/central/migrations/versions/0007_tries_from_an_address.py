"""How often an address has tried a wrong password at the office."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "office_address",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("busy_until_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_office_address"),
    )
