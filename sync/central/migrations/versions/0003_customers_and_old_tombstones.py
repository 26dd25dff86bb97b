"""What tills are told of customers; from where on a stream still has every tombstone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in (
        sa.Column("area", sa.Text(), server_default="", nullable=False),
        sa.Column("loyalty_no", sa.Text(), server_default="", nullable=False),
        sa.Column("consents_json", sa.Text(), server_default="[]", nullable=False),
        sa.Column("points", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tier", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ):
        op.add_column("customer", column)
    op.add_column(
        "stream_head", sa.Column("min_seq", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_table(
        "stream_mark",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name="pk_stream_mark"),
    )
