"""What one JSONB statement for each batch takes: the same sales as rows, and as central keeps them.

The second statement does what central does besides: it keeps each fact whole, moves the stock, and
tells the tills with a head. It checks nothing, and no fact is read: that is what a server adds.
"""

import random
from itertools import count
from typing import Any

import orjson
import psycopg
import uuid_utils

from sync.wire_facts import SaleLineV1

BATCH = 50
LINES = 5
ARTICLES = 200
_FIELDS = tuple(SaleLineV1.model_fields)
_FLOOR_TABLES = """
create table floor_sale(id bigserial primary key, uid uuid not null unique, till text, ts bigint,
  total bigint, tax bigint);
create table floor_line(id bigserial primary key, sale_id bigint not null references floor_sale(id),
  pos int, sku text, name text, qty int, price bigint, tax_rate int, total bigint);
create index floor_line_sale on floor_line(sale_id);
create table floor_payment(id bigserial primary key,
  sale_id bigint not null references floor_sale(id), method text, amount bigint, ref text);
create index floor_payment_sale on floor_payment(sale_id);
create table floor_fact(till text, seq bigint, hash text not null, payload text not null,
  primary key (till, seq));
create table floor_level(sku text primary key, qty bigint not null);
create table floor_head(stream text primary key, seq bigint not null);
create table floor_feed(stream text, sku text, seq bigint not null, body text not null,
  primary key (stream, sku), unique (stream, seq))
"""
_FLOOR = """
with j as (select * from jsonb_to_recordset(%s::jsonb)
    as x(uid uuid, till text, ts bigint, total bigint, tax bigint, lines jsonb, pays jsonb)),
  s as (insert into floor_sale(uid, till, ts, total, tax) select uid, till, ts, total, tax from j
    on conflict(uid) do nothing returning id, uid),
  l as (insert into floor_line(sale_id, pos, sku, name, qty, price, tax_rate, total)
    select s.id, (e->>0)::int, e->>1, e->>2, (e->>3)::int, (e->>4)::bigint, (e->>5)::int,
      (e->>6)::bigint from s join j using(uid), jsonb_array_elements(j.lines) e)
insert into floor_payment(sale_id, method, amount, ref)
  select s.id, e->>0, (e->>1)::bigint, e->>2
  from s join j using(uid), jsonb_array_elements(j.pays) e
"""
_WHOLE = """
with j as (select * from jsonb_to_recordset(%s::jsonb) as x(uid uuid, till text, ts bigint,
    total bigint, tax bigint, seq bigint, hash text, payload text, lines jsonb, pays jsonb)),
  f as (insert into floor_fact(till, seq, hash, payload) select till, seq, hash, payload from j),
  s as (insert into floor_sale(uid, till, ts, total, tax) select uid, till, ts, total, tax from j
    on conflict(uid) do nothing returning id, uid),
  e as (select s.id, e from s join j using(uid), jsonb_array_elements(j.lines) e),
  l as (insert into floor_line(sale_id, pos, sku, name, qty, price, tax_rate, total)
    select id, (e->>0)::int, e->>1, e->>2, (e->>3)::int, (e->>4)::bigint, (e->>5)::int,
      (e->>6)::bigint from e),
  p as (insert into floor_payment(sale_id, method, amount, ref)
    select s.id, e->>0, (e->>1)::bigint, e->>2
    from s join j using(uid), jsonb_array_elements(j.pays) e),
  m as (insert into floor_level(sku, qty) select e->>1, -sum((e->>3)::int) from e group by 1
    order by 1 on conflict(sku) do update set qty = floor_level.qty + excluded.qty
    returning sku, qty),
  h as (insert into floor_head(stream, seq) select 'stock', count(*) from m
    on conflict(stream) do update set seq = floor_head.seq + excluded.seq returning stream, seq)
insert into floor_feed(stream, sku, seq, body)
  select h.stream, sku, h.seq - row_number() over () + 1, json_build_array('put', sku, qty)::text
  from m, h on conflict(stream, sku) do update set seq = excluded.seq, body = excluded.body
"""
_SALE = """insert into floor_sale(uid, till, ts, total, tax) values(%s, %s, %s, %s, %s)
 on conflict(uid) do nothing returning id"""
_LINE = """insert into floor_line(sale_id, pos, sku, name, qty, price, tax_rate, total)
 values(%s, %s, %s, %s, %s, %s, %s, %s)"""
_PAYMENT = "insert into floor_payment(sale_id, method, amount, ref) values(%s, %s, %s, %s)"


class Floor:
    """The same sales as rows and nothing else, over a connection that stays open."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._conn = conn
        self._rng, self._seq = random.Random(7), count(1)
        figures = [{name: self._rng.randrange(10**6) for name in _FIELDS} for _ in range(LINES)]
        self._text = orjson.dumps(figures).decode()
        conn.execute(_FLOOR_TABLES.encode())
        conn.commit()

    def batch(self) -> None:
        sales = [self._sale() for _ in range(BATCH)]
        self._conn.execute(_FLOOR, (orjson.dumps(sales).decode(),))
        self._conn.commit()

    def whole(self) -> None:
        """A batch with its facts, their effects on the stock, and the head that tells of them."""
        sales = [self._sale() | self._fact() for _ in range(BATCH)]
        self._conn.execute(_WHOLE, (orjson.dumps(sales).decode(),))
        self._conn.commit()

    def one(self) -> None:
        """Three statements and a commit for each sale."""
        sale = self._sale()
        cursor = self._conn.cursor()
        cursor.execute(_SALE, [sale[it] for it in ("uid", "till", "ts", "total", "tax")])
        row = cursor.fetchone()
        assert row is not None
        cursor.executemany(_LINE, [(row[0], *line) for line in sale["lines"]])
        cursor.executemany(_PAYMENT, [(row[0], *pay) for pay in sale["pays"]])
        self._conn.commit()

    def _sale(self) -> dict[str, Any]:
        lines = [
            (at, f"40063813339{at}", f"Mehrkornbrot {at} 500 g", 1000, 299, 700, 299)
            for at in range(LINES)
        ]
        pays = [("card", 500, "A123"), ("cash", 995, None)]
        head = {"uid": str(uuid_utils.uuid7()), "till": "T1", "ts": 1, "total": 1495, "tax": 98}
        return head | {"lines": lines, "pays": pays}

    def _fact(self) -> dict[str, Any]:
        """The fact of a sale of any articles."""
        lines = [
            (at, f"A{sku}", f"Mehrkornbrot {sku} 500 g", 1000, 299, 700, 299)
            for at, sku in enumerate(self._rng.sample(range(ARTICLES), LINES))
        ]
        payload = f'{{"sale_id":"{uuid_utils.uuid7()}","lines":{self._text}}}'
        return {"seq": next(self._seq), "hash": "0" * 64, "payload": payload, "lines": lines}
