"""A till that speaks the raw protocol, so that tests can say what no honest client would."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import orjson
import uuid_utils
from sqlalchemy import Engine

from pos_app.domain.basket import Basket, Line
from pos_app.domain.catalog import Unit
from pos_app.domain.money import ONE, Currency
from pos_app.domain.sale import Tender, TenderKind, settle
from pos_app.domain.tax import TaxPolicy, TaxRate
from sync.central import auth, db
from sync.chain import GENESIS, FactHeader, fact_hash
from sync.keys import DeviceKey, new_key, token_message
from sync.seals import sealed
from sync.wire_facts import SaleCompletedV1
from tests.central.running import PATIENCE_S
from tests.central.shop import MILK, PLACE, STORE

VAT = TaxRate("B", "VAT 12 %", 120_000)
EURO = Currency("EUR", 2)


class Facts:
    """A chain of facts in memory, as a journal keeps it."""

    def __init__(self, device_id: str, store_id: str) -> None:
        self.device_id = device_id
        self.store_id = store_id
        self.facts: list[dict[str, Any]] = []

    def record(self, kind: str, payload: object) -> dict[str, Any]:
        """Append a fact to the chain."""
        text = payload if isinstance(payload, str) else orjson.dumps(payload).decode()
        fact: dict[str, Any] = {
            "seq": len(self.facts) + 1,
            "id": str(uuid_utils.uuid7()),
            "type": kind,
            "occurred_at_ms": 1_000,
            "mono_ms": 1,
            "boot_id": "boot",
            "clock_offset_ms": 0,
            "actor": "anna",
            "payload": text,
        }
        self.facts.append(fact | {"hash": self.hash_of(fact)})
        return self.facts[-1]

    def hash_of(self, fact: dict[str, Any]) -> str:
        header = FactHeader(self.device_id, 1, *(fact[name] for name in _HEADER))
        previous = bytes.fromhex(self.hash_at(fact["seq"] - 1))
        return fact_hash(previous, header, fact["payload"].encode()).hex()

    def hash_at(self, seq: int) -> str:
        return str(self.facts[seq - 1]["hash"]) if seq else GENESIS.hex()

    def sell(self, sku: str = MILK, pieces: int = 1, **changes: Any) -> dict[str, Any]:
        """Record a sale; `changes` break its payload on purpose."""
        payload = a_sale(sku, pieces, store_id=self.store_id, number=len(self.facts) + 1)
        return self.record("sale.completed.v1", payload | changes)

    @staticmethod
    def sale_id_of(fact: dict[str, Any]) -> str:
        return str(orjson.loads(fact["payload"])["sale_id"])


class SpeakingTill(Facts):
    """A till with a key and a token; every call returns the raw response."""

    def __init__(self, http: httpx.Client, key: DeviceKey, enrolment: dict[str, Any]) -> None:
        super().__init__(enrolment["device_id"], enrolment["store_id"])
        self.http = http
        self.key = key
        self.token: str = self.ask_token().json()["token"]

    @property
    def scope(self) -> set[str]:
        """Streams of a till of Acme in Prague."""
        own = {f"device:{self.device_id}", f"store:{self.store_id}"}
        return own | {"catalog:acme", "prices:list-acme", "stock:cz", "customers:acme/cz"}

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def ask_token(self, **changes: Any) -> httpx.Response:
        nonce, ts_ms = str(uuid_utils.uuid4()), time.time_ns() // 1_000_000
        ts_ms = changes.pop("ts_ms", ts_ms)
        nonce = changes.pop("nonce", nonce)
        body = {
            "device_id": self.device_id,
            "nonce": nonce,
            "ts_ms": ts_ms,
            "sig": self.key.sign(token_message(self.device_id, nonce, ts_ms)),
        }
        return self.http.post("/v1/token", json=body | changes)

    def batch(self, first: int = 1, last: int | None = None) -> dict[str, Any]:
        """The body of a push, signed as a till signs."""
        events = self.facts[first - 1 : last]
        return {
            "device_id": self.device_id,
            "incarnation": 1,
            "from_seq": first,
            "prev_hash": self.hash_at(first - 1),
            "journal_head": len(self.facts),
            "events": sealed(events, self.key) if events and "sig" not in events[-1] else events,
        }

    def push(self, first: int = 1, last: int | None = None, **changes: Any) -> httpx.Response:
        body = self.batch(first, last) | changes
        return self.http.post("/v1/events", json=body, headers=self.headers)

    def hello(self, last: int | None = None, **changes: Any) -> httpx.Response:
        seq = len(self.facts) if last is None else last
        body = {
            "device_id": self.device_id,
            "incarnation": 1,
            "last_seq": seq,
            "last_hash": self.hash_at(seq),
            "proto": [1],
        }
        return self.http.post("/v1/hello", json=body | changes, headers=self.headers)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(path, params=params, headers=self.headers)

    def changes(self, cursor: str = "", limit: int = 1000) -> dict[str, Any]:
        page: dict[str, Any] = self.get("/v1/changes", cursor=cursor, limit=limit).json()
        return page


_HEADER = (
    "seq",
    "id",
    "type",
    "occurred_at_ms",
    "mono_ms",
    "boot_id",
    "clock_offset_ms",
    "actor",
)


@contextmanager
def enrolled(
    engine: Engine, address: str, store_no: str = "014", till_no: str = "2"
) -> Iterator[SpeakingTill]:
    """A till admitted with a fresh code."""
    key = new_key()
    now_ms = time.time_ns() // 1_000_000
    code = db.write(engine, lambda c: auth.new_code(c, store_no, till_no, now_ms))
    headers = {"X-Proto": "1", "X-Schema": "2"}
    with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE_S) as http:
        answer = http.post("/v1/enrol", json={"code": code, "pubkey": key.public})
        assert answer.status_code == 200, answer.text
        yield SpeakingTill(http, key, answer.json())


def a_sale(
    sku: str = MILK, pieces: int = 1, price: int = 149, store_id: str = STORE, number: int = 1
) -> dict[str, Any]:
    """The payload of a cash sale whose figures are right."""
    basket = Basket(str(uuid_utils.uuid7()), TaxPolicy())
    basket.add(Line(str(uuid_utils.uuid7()), sku, sku, "", Unit.PIECE, pieces * ONE, price, VAT))
    tender = Tender(str(uuid_utils.uuid7()), TenderKind.CASH, basket.total + 51)
    return payload_of(basket, tender, store_id, number)


def payload_of(
    basket: Basket, tender: Tender, store_id: str, number: int, currency: Currency = EURO
) -> dict[str, Any]:
    figures = basket.figures
    settled = settle(figures.total, [tender], currency)
    lines = [
        {
            "line_id": line.line_id,
            "sku": line.sku,
            "name": line.name,
            "unit": str(line.unit),
            "qty": line.qty,
            "unit_minor": line.unit_price,
            "amount_minor": row.amount,
            "disc_minor": row.discount,
            "net_minor": row.taxed.net,
            "tax_code": line.tax.code,
            "tax_ppm": line.tax.ppm,
            "tax_minor": row.taxed.tax,
            "stock_loc": PLACE,
        }
        for line, row in zip(basket.lines, figures.lines, strict=True)
    ]
    sale = SaleCompletedV1.model_validate(
        {
            "sale_id": basket.basket_id,
            "receipt_no": f"014-2-{number:06d}",
            "number": number,
            "store_id": store_id,
            "till_id": "2",
            "shift_id": "shift-1",
            "cashier_id": "anna",
            "cashier_name": "Anna",
            "currency": currency.code,
            "digits": currency.digits,
            "cash_step": currency.cash_step,
            "tax_mode": str(basket.policy.mode),
            "tax_rounding": str(basket.policy.rounding),
            "completed_at_ms": 1_000,
            "lines": lines,
            "taxes": [
                {
                    "code": it.code,
                    "name": it.name,
                    "ppm": it.ppm,
                    "net_minor": it.net,
                    "tax_minor": it.tax,
                }
                for it in figures.taxes
            ],
            "tenders": [
                {
                    "tender_id": tender.tender_id,
                    "kind": str(tender.kind),
                    "amount_minor": tender.amount,
                }
            ],
            "subtotal_minor": figures.subtotal,
            "discount_minor": figures.discount,
            "tax_minor": figures.tax,
            "total_minor": figures.total,
            "rounding_minor": settled.rounding,
            "change_minor": settled.change,
        }
    )
    return sale.model_dump()
