"""journal.db as the first till made it."""

from alembic import op

revision = "journal_0001"
down_revision = None

_STATEMENTS = (
    """
    CREATE TABLE basket (
        basket_id TEXT NOT NULL,
        state TEXT NOT NULL,
        label TEXT NOT NULL,
        "by" TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        discount_kind TEXT,
        discount_value INTEGER NOT NULL,
        discount_reason TEXT NOT NULL,
        PRIMARY KEY (basket_id)
    ) STRICT
    """,
    """
    CREATE TABLE device (
        id INTEGER NOT NULL,
        device_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        store_no TEXT NOT NULL,
        store_name TEXT NOT NULL,
        till_no TEXT NOT NULL,
        incarnation INTEGER NOT NULL,
        base INTEGER NOT NULL,
        server_url TEXT NOT NULL,
        pin_pepper TEXT NOT NULL,
        clock_suspect INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) STRICT
    """,
    """
    CREATE TABLE fact (
        position INTEGER NOT NULL,
        incarnation INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        type TEXT NOT NULL,
        occurred_at_ms INTEGER NOT NULL,
        mono_ms INTEGER NOT NULL,
        boot_id TEXT NOT NULL,
        clock_offset_ms INTEGER NOT NULL,
        actor TEXT NOT NULL,
        payload TEXT NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (position)
    ) STRICT
    """,
    """
    CREATE TABLE outbox (
        id INTEGER NOT NULL,
        in_flight_through INTEGER NOT NULL,
        accepted_through INTEGER NOT NULL,
        durable_through INTEGER NOT NULL,
        epoch TEXT,
        PRIMARY KEY (id)
    ) STRICT
    """,
    """
    CREATE TABLE print_job (
        job_id TEXT NOT NULL,
        sale_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        printer TEXT NOT NULL,
        state TEXT NOT NULL,
        detail TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        copy_no INTEGER NOT NULL,
        PRIMARY KEY (job_id)
    ) STRICT
    """,
    """
    CREATE INDEX ix_print_job_state ON print_job (state)
    """,
    """
    CREATE TABLE shift (
        shift_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        cashier_id TEXT NOT NULL,
        cashier_name TEXT NOT NULL,
        opened_at_ms INTEGER NOT NULL,
        float_amount INTEGER NOT NULL,
        business_on TEXT NOT NULL,
        closed_at_ms INTEGER,
        close_cash INTEGER,
        sale_count INTEGER NOT NULL,
        total INTEGER NOT NULL,
        rounding INTEGER NOT NULL,
        PRIMARY KEY (shift_id)
    ) STRICT
    """,
    """
    CREATE TABLE shift_tender (
        shift_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        PRIMARY KEY (shift_id, kind)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE signin_lock (
        staff_id TEXT NOT NULL,
        failures INTEGER NOT NULL,
        since_ms INTEGER NOT NULL,
        run TEXT NOT NULL,
        PRIMARY KEY (staff_id)
    ) STRICT
    """,
    """
    CREATE TABLE basket_line (
        basket_id TEXT NOT NULL,
        line_id TEXT NOT NULL,
        "row" INTEGER NOT NULL,
        sku TEXT NOT NULL,
        name TEXT NOT NULL,
        detail TEXT NOT NULL,
        unit TEXT NOT NULL,
        qty INTEGER NOT NULL,
        unit_price INTEGER NOT NULL,
        tax_code TEXT NOT NULL,
        tax_name TEXT NOT NULL,
        tax_ppm INTEGER NOT NULL,
        code TEXT NOT NULL,
        discount_kind TEXT,
        discount_value INTEGER NOT NULL,
        discount_reason TEXT NOT NULL,
        own_row INTEGER NOT NULL,
        PRIMARY KEY (basket_id, line_id),
        FOREIGN KEY(basket_id) REFERENCES basket (basket_id) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE basket_tender (
        basket_id TEXT NOT NULL,
        "row" INTEGER NOT NULL,
        tender_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        ref TEXT NOT NULL,
        PRIMARY KEY (basket_id, "row"),
        FOREIGN KEY(basket_id) REFERENCES basket (basket_id) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE sale (
        position INTEGER NOT NULL,
        sale_id TEXT NOT NULL,
        receipt_no TEXT NOT NULL,
        number INTEGER NOT NULL,
        incarnation INTEGER NOT NULL,
        store_id TEXT NOT NULL,
        till_id TEXT NOT NULL,
        shift_id TEXT NOT NULL,
        cashier_id TEXT NOT NULL,
        cashier_name TEXT NOT NULL,
        currency TEXT NOT NULL,
        digits INTEGER NOT NULL,
        cash_step INTEGER NOT NULL,
        tax_mode TEXT NOT NULL,
        tax_rounding TEXT NOT NULL,
        completed_at_ms INTEGER NOT NULL,
        subtotal INTEGER NOT NULL,
        discount INTEGER NOT NULL,
        tax INTEGER NOT NULL,
        total INTEGER NOT NULL,
        rounding INTEGER NOT NULL,
        change INTEGER NOT NULL,
        taxes TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        PRIMARY KEY (position),
        FOREIGN KEY(position) REFERENCES fact (position)
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX ix_sale_id ON sale (sale_id)
    """,
    """
    CREATE UNIQUE INDEX ix_sale_receipt ON sale (receipt_no)
    """,
    """
    CREATE TABLE sale_line (
        position INTEGER NOT NULL,
        "row" INTEGER NOT NULL,
        line_id TEXT NOT NULL,
        sku TEXT NOT NULL,
        name TEXT NOT NULL,
        detail TEXT NOT NULL,
        unit TEXT NOT NULL,
        qty INTEGER NOT NULL,
        unit_price INTEGER NOT NULL,
        amount INTEGER NOT NULL,
        discount INTEGER NOT NULL,
        tax_code TEXT NOT NULL,
        tax_ppm INTEGER NOT NULL,
        net INTEGER NOT NULL,
        tax INTEGER NOT NULL,
        discount_reason TEXT NOT NULL,
        code TEXT NOT NULL,
        PRIMARY KEY (position, "row"),
        FOREIGN KEY(position) REFERENCES sale (position)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE sale_tender (
        position INTEGER NOT NULL,
        "row" INTEGER NOT NULL,
        tender_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        ref TEXT NOT NULL,
        PRIMARY KEY (position, "row"),
        FOREIGN KEY(position) REFERENCES sale (position)
    ) WITHOUT ROWID, STRICT
    """,
    """
    INSERT INTO outbox VALUES (1, 0, 0, 0, NULL)
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
