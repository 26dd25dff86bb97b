"""replica.db as the first till made it."""

from alembic import op

revision = "replica_0001"
down_revision = None

_STATEMENTS = (
    """
    CREATE TABLE code (
        code TEXT NOT NULL,
        variant INTEGER NOT NULL,
        PRIMARY KEY (code, variant)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE place (
        place_id TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (place_id)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE price (
        sku TEXT NOT NULL,
        amount INTEGER,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (sku)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE product (
        id INTEGER NOT NULL,
        product_id TEXT NOT NULL,
        name TEXT NOT NULL,
        category TEXT NOT NULL,
        brand TEXT NOT NULL,
        axes TEXT NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX ix_product_id ON product (product_id)
    """,
    """
    CREATE TABLE pull (
        id INTEGER NOT NULL,
        cursor TEXT NOT NULL,
        includes_own_through INTEGER NOT NULL,
        pulled_at_ms INTEGER,
        refused_rows INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) STRICT
    """,
    """
    CREATE TABLE search_face (
        product INTEGER NOT NULL,
        product_id TEXT NOT NULL,
        sku TEXT NOT NULL,
        name TEXT NOT NULL,
        detail TEXT NOT NULL,
        unit TEXT NOT NULL,
        variant_count INTEGER NOT NULL,
        PRIMARY KEY (product)
    ) STRICT
    """,
    """
    CREATE TABLE search_range (
        id INTEGER NOT NULL,
        entity TEXT NOT NULL,
        low INTEGER NOT NULL,
        high INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) STRICT
    """,
    """
    CREATE TABLE search_todo (
        product INTEGER NOT NULL,
        PRIMARY KEY (product)
    ) STRICT
    """,
    """
    CREATE TABLE setting (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (name)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE snapshot (
        entity TEXT NOT NULL,
        gen INTEGER NOT NULL,
        open INTEGER NOT NULL,
        PRIMARY KEY (entity)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE staff (
        staff_id TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        rights TEXT NOT NULL,
        pin_hash TEXT NOT NULL,
        pin_length INTEGER NOT NULL,
        active INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (staff_id)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE stock (
        sku TEXT NOT NULL,
        place_id TEXT NOT NULL,
        qty INTEGER NOT NULL,
        as_of_ms INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (sku, place_id)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE tax_rate (
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        ppm INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (code)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE tile (
        tile_id TEXT NOT NULL,
        page_category TEXT NOT NULL,
        position INTEGER NOT NULL,
        product_id TEXT NOT NULL,
        label TEXT NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (tile_id)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE variant (
        id INTEGER NOT NULL,
        sku TEXT NOT NULL,
        product_id TEXT NOT NULL,
        name TEXT NOT NULL,
        options TEXT NOT NULL,
        unit TEXT NOT NULL,
        tax_code TEXT NOT NULL,
        codes TEXT NOT NULL,
        category TEXT NOT NULL,
        active INTEGER NOT NULL,
        sort INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        gen INTEGER NOT NULL,
        PRIMARY KEY (id)
    ) STRICT
    """,
    """
    CREATE INDEX ix_variant_product ON variant (product_id)
    """,
    """
    CREATE UNIQUE INDEX ix_variant_sku ON variant (sku)
    """,
    """
    CREATE VIRTUAL TABLE search_name USING fts5(
        words, content='', contentless_delete=1,
        detail=none, prefix='1 2 3 4 5 6 7 8',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co'")
    """,
    """
    CREATE VIRTUAL TABLE search_code USING fts5(
        codes, content='', contentless_delete=1,
        detail=none,
        tokenize='trigram')
    """,
    """
    INSERT INTO pull VALUES (1, '', 0, NULL, 0)
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
