"""What of a sold line may still be paid back is counted on the line itself."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KEY = ("store_id", "sale_id", "line_id")
_COUNTS = ("sold", "held", "refunded", "over_refunded")


def upgrade() -> None:
    op.execute("DROP VIEW stock_ledger")
    with op.batch_alter_table("sale_line") as batch:
        batch.add_column(sa.Column("sold", sa.BigInteger(), nullable=True))
        for name in _COUNTS[1:]:
            batch.add_column(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
        batch.alter_column("position", existing_type=sa.Integer(), server_default="0")
        for name in ("sku", "name", "unit", "tax_code", "stock_loc"):
            batch.alter_column(name, existing_type=sa.Text(), server_default="")
    op.execute("UPDATE sale_line SET sold = CASE WHEN qty > 0 THEN qty ELSE 0 END")
    names = ", ".join(_KEY + _COUNTS)
    counted = ", ".join(f"{name} = excluded.{name}" for name in _COUNTS)
    op.execute(
        f"INSERT INTO sale_line ({names}) SELECT {names} FROM order_line WHERE true"
        f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {counted}"
    )
    with op.batch_alter_table("sale_line") as batch:
        batch.create_check_constraint(
            "ck_sale_line_refundable",
            "held >= 0 AND refunded >= 0 AND over_refunded >= 0 AND held + refunded <= sold",
        )
    op.drop_table("order_line")
    op.execute(
        "CREATE VIEW stock_ledger AS"
        " SELECT store_id, kind, ref_id, place_id, sku, delta, occurred_at_ms FROM stock_move"
        " UNION ALL"
        " SELECT sale_line.store_id, 'sale', line_id, stock_loc, sku, -qty, completed_at_ms"
        " FROM sale_line JOIN sale"
        " ON sale.store_id = sale_line.store_id AND sale.sale_id = sale_line.sale_id"
        " WHERE sold IS NOT NULL"
    )
