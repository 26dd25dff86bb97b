"""A broken machine is replaced: the new one takes over its number, and no receipt number repeats."""

from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import enrolled_counter, until


def test_a_machine_that_takes_over_a_till_never_repeats_a_receipt_number(shop: Shop) -> None:
    old, code = shop.till().connect().open_for(), goods.ean13(shop.server)
    first = old.sell(code)
    until(lambda: old.unsent() == 0)
    old.close()

    new = shop.kept(enrolled_counter(shop.folder / "new-machine", shop.server, "2")).connect()
    until(new.is_filled)
    second = new.open_for().sell(code)
    until(lambda: new.unsent() == 0)

    assert first.receipt_no != second.receipt_no
    assert [it[0] for it in shop.server.receipts()] == [first.receipt_no, second.receipt_no]
    assert shop.server.rows("SELECT code FROM fact_exception") == []
