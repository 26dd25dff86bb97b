"""Codes of the demo shop's goods, found in central's database: one of each kind a scanner meets."""

from pos_app.domain.basket import Discount, DiscountKind
from pos_app.domain.gtin import check_digit
from tests.journeys.central_side import ShopServer

BANANAS = 20004
UNKNOWN = "9521234567899"
WRONG_CHECK_DIGIT = "9521234567890"
TEN_PERCENT = Discount(DiscountKind.PERCENT, 100_000, "staff")
FIFTY_OFF = Discount(DiscountKind.AMOUNT, 5_000, "voucher")

_WITH_CODE = (
    "SELECT b.code_key FROM barcode b JOIN variant v ON v.tenant_id = b.tenant_id AND v.sku = b.sku"
    " JOIN price p ON p.sku = v.sku JOIN stock_level s ON s.sku = v.sku AND s.place_id = 's014'"
    " WHERE v.unit = 'piece' AND p.amount > 0 AND s.qty >= 3000"
    " AND b.code_key NOT IN (SELECT code_key FROM barcode GROUP BY code_key HAVING count(*) > 1)"
)


def ean13(server: ShopServer, at: int = 0) -> str:
    """A piece with a price and stock, by its 13 digits."""
    return _codes(server, "AND b.code_key LIKE '0952%'")[at][1:]


def ean8(server: ShopServer) -> str:
    return _codes(server, "AND b.code_key LIKE '000000952%'")[0][-8:]


def variant(server: ShopServer) -> str:
    """A size and colour of clothes."""
    return _codes(server, "AND b.code_key LIKE '0952%' AND v.options_json LIKE '%Size%'")[7][1:]


def shared(server: ShopServer) -> str:
    """One code on two variants."""
    return str(
        server.one("SELECT code_key FROM barcode GROUP BY code_key HAVING count(*) > 1")
    ).lstrip("0")


def open_price(server: ShopServer) -> str:
    """The SKU of an article whose price is asked at the till."""
    return str(server.rows("SELECT sku FROM price WHERE amount IS NULL ORDER BY sku")[0][0])


def weight_label(grams: int, item: int = BANANAS) -> str:
    body = f"29{item:05d}{grams:05d}"
    return f"{body}{check_digit(body)}"


def price_label(minor: int, item: int = BANANAS) -> str:
    body = f"28{item:05d}{minor:05d}"
    return f"{body}{check_digit(body)}"


def sku_of(server: ShopServer, code: str) -> str:
    return str(server.one("SELECT sku FROM barcode WHERE code_key = :key", key=code.zfill(14)))


def stock_of(server: ShopServer, sku: str, place: str = "s014") -> int:
    """Central's figure, in thousandths."""
    query = "SELECT qty FROM stock_level WHERE sku = :sku AND place_id = :place"
    return int(server.one(query, sku=sku, place=place))


def _codes(server: ShopServer, more: str) -> list[str]:
    return [row[0] for row in server.rows(f"{_WITH_CODE} {more} ORDER BY b.code_key")]


def sold_of(server: ShopServer, code: str) -> int:
    """Thousandths of it that central's ledger says were sold."""
    query = "SELECT -sum(delta) FROM stock_ledger WHERE kind = 'sale' AND sku = :sku"
    return int(server.one(query, sku=sku_of(server, code)))
