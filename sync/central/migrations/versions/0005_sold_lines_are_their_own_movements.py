"""What is sold moves stock as the sold line; the ledger is read over lines and other movements."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "stock_move",
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref_id", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("delta", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("store_id", "kind", "ref_id", name="pk_stock_move"),
    )
    op.create_index("ix_stock_move_place_id_sku", "stock_move", ["place_id", "sku"], unique=False)
    names = "store_id, kind, ref_id, place_id, sku, delta, occurred_at_ms"
    op.execute(
        f"INSERT INTO stock_move ({names}) SELECT {names} FROM stock_ledger WHERE kind <> 'sale'"
    )
    op.drop_table("stock_ledger")
    op.execute(
        f"CREATE VIEW stock_ledger AS SELECT {names} FROM stock_move UNION ALL"
        " SELECT sale_line.store_id, 'sale', line_id, stock_loc, sku, -qty, completed_at_ms"
        " FROM sale_line JOIN sale"
        " ON sale.store_id = sale_line.store_id AND sale.sale_id = sale_line.sale_id"
    )
