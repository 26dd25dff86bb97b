"""People of the office, their sessions, and what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "office_user",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("stores_json", sa.Text(), server_default="[]", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("blocked_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_office_user"),
    )
    op.create_table(
        "office_attempt",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_office_attempt"),
    )
    op.create_table(
        "office_session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_office_session"),
    )
    op.create_table(
        "office_log",
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), server_default="", nullable=False),
        sa.Column("device_id", sa.Text(), server_default="", nullable=False),
        sa.Column("incarnation", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_office_log"),
    )
    op.create_index(
        "ix_office_log_store_id_device_id_incarnation_seq",
        "office_log",
        ["store_id", "device_id", "incarnation", "seq"],
    )
    op.create_index(
        "ix_fact_exception_store_id_resolved_at_ms",
        "fact_exception",
        ["store_id", "resolved_at_ms"],
    )
