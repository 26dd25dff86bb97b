"""Searching goods as a person types: short queries for each key, best kind of match first."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from pos_app.domain.catalog import SearchHit, Unit
from pos_app.domain.gtin import code_key
from pos_app.store.connect import fetch
from pos_app.store.fold import fold, words
from pos_app.store.options import detail_of
from pos_app.store.search_index import HEAD

_SHORTEST_FRAGMENT = 3
"""Characters from the middle of a SKU or code; the trigram index knows nothing shorter."""
_LONGEST = 80
"""Nobody types more; a scan that ended up in the search field must not cost a second."""
_MOST_WORDS = 8

_NAMES = (
    "SELECT f.sku, f.product_id, f.name, f.detail, f.unit, p.amount, f.variant_count"
    " FROM search_name CROSS JOIN search_face f ON f.product = search_name.rowid"
    " LEFT JOIN price p ON p.sku = f.sku"
    " WHERE search_name MATCH ? ORDER BY search_name.rowid LIMIT ?"
)
_VARIANT = "SELECT v.sku, v.product_id, v.name, v.options, v.unit, p.amount"
_EXACT = (
    f"{_VARIANT} FROM variant v LEFT JOIN price p ON p.sku = v.sku WHERE v.active = 1"
    " AND v.id IN (SELECT id FROM variant WHERE sku IN (?1, ?2)"
    " UNION SELECT variant FROM code WHERE code = ?3) LIMIT ?4"
)
_FRAGMENTS = (
    f"{_VARIANT} FROM (SELECT rowid AS id FROM search_code WHERE search_code MATCH ?1"
    " ORDER BY rowid LIMIT 20000) c CROSS JOIN variant v ON v.id = c.id"
    " LEFT JOIN price p ON p.sku = v.sku WHERE v.active = 1"
    " AND instr(lower(v.sku || ' ' || v.codes), ?2) LIMIT ?3"
)
"""The inner limit bounds what a piece costs whose runs of three are everywhere (0000): 20 ms. An
outer ORDER BY would make SQLite look at all of them even when the first fifty match."""
_UNITS = {unit.value: unit for unit in Unit}


class Found:
    """Hits in the order they were found, one for each product."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._hits: dict[str, SearchHit] = {}

    @property
    def left(self) -> int:
        """How many more are wanted."""
        return self._limit - len(self._hits)

    @property
    def hits(self) -> tuple[SearchHit, ...]:
        return tuple(self._hits.values())

    def products(self, rows: Iterable[Sequence[Any]]) -> None:
        """A product found by its name: the person may still have to choose a variant."""
        hits = self._hits
        for sku, product_id, name, detail, unit, price, count in rows:
            if product_id not in hits and len(hits) < self._limit:
                hits[product_id] = SearchHit(
                    sku, product_id, name, detail, _UNITS[unit], price, count
                )

    def variants(self, rows: Iterable[Sequence[Any]]) -> None:
        """A variant found by its own SKU or code: nothing is left to choose."""
        for sku, product_id, name, options, unit, price in rows:
            if product_id not in self._hits and self.left:
                self._hits[product_id] = SearchHit(
                    sku, product_id, name, detail_of(options), _UNITS[unit], price
                )


def search(conn: Connection, text: str, limit: int) -> tuple[SearchHit, ...]:
    """Exact SKU or code, names that start so, names with such words, pieces of SKUs and codes.

    Within each kind the order is that of arrival, which is the shop's order of importance.
    """
    typed = text.strip()[:_LONGEST]
    asked = words(fold(typed))[:_MOST_WORDS]
    found = Found(limit)
    if not asked:
        return ()
    may_be_code = len(typed) >= _SHORTEST_FRAGMENT and " " not in typed
    if may_be_code:
        keys = (typed, typed.upper(), code_key(typed), limit)
        found.variants(fetch(conn, _EXACT, keys))
        may_be_code = not found.hits
    _by_name(conn, asked, found, limit)
    if may_be_code and found.left:
        piece = fold(typed)
        found.variants(fetch(conn, _FRAGMENTS, (_trigrams(piece), piece, limit)))
    return found.hits


def _by_name(conn: Connection, asked: Sequence[str], found: Found, limit: int) -> None:
    first, *others = asked
    rest = "".join(f' AND "{word}"*' for word in others)
    found.products(fetch(conn, _NAMES, (f'"{HEAD}{first}"*{rest}', limit)))
    if found.left:
        seen = limit - found.left
        found.products(fetch(conn, _NAMES, (f'"{first}"*{rest}', limit + seen)))


def _trigrams(piece: str) -> str:
    """The last runs of three characters must occur; the row is checked for the whole piece.

    The end of a code tells more than its beginning, which the producer's articles share; each
    further run would cost the reading of one more long list (measured with a million codes).
    """
    last = len(piece) - 3
    runs = dict.fromkeys(piece[at : at + 3] for at in (max(last - 3, 0), last))
    return " AND ".join('"{}"'.format(run.replace('"', '""')) for run in runs)
